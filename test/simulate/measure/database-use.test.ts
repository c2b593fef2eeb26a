import { expect, test } from 'vitest'
import { autocommit, execute, sql } from '#app/store/database.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { bytesOfRow, databaseUse } from './database-use.ts'

const sandbox = useSandbox()

test('of a table with rows it is told how many bytes one takes with its part of the indexes', async () => {
  const { domain } = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(3, (i) => ({ email: `c${i}@example.com` })),
  )
  await execute(sql`insert into loyalty_value (shop, customer_id) values (${domain}, 1)`, autocommit)

  for (const table of [
    'shop',
    'Session',
    'connection',
    'loyalty_value',
    'sync_hour',
    'sync_run',
    'delivery',
    'synced_minute',
  ]) {
    const bytes = await bytesOfRow(table)
    expect(bytes, table).toBeGreaterThan(60)
    expect(bytes, table).toBeLessThan(6_000)
  }
})

test('what is written shows in the bytes of tables and of the WAL', async () => {
  const before = await databaseUse()
  await execute(
    sql`insert into loyalty_value (shop, customer_id) select 'some.myshopify.com', id from generate_series(1, 20000) id`,
    autocommit,
  )
  const after = await databaseUse()

  expect(after.tableBytes - before.tableBytes).toBeGreaterThan(1_000_000)
  expect(after.walBytes - before.walBytes).toBeGreaterThan(1_000_000)
  expect(after.cpuMs).toBeGreaterThanOrEqual(before.cpuMs)
})
