import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { autocommit, closeStore, execute, openStore, sql, transaction } from '#app/store/database.ts'
import { type FreezingProxy, startFreezingProxy } from '#test/support/freezing-proxy.ts'
import { freshDatabase } from '#test/support/fresh-database.ts'
import { rowsIn } from '#test/support/rows.ts'

let proxy: FreezingProxy
let database: Awaited<ReturnType<typeof freshDatabase>>
beforeAll(async () => {
  database = await freshDatabase()
  proxy = await startFreezingProxy(database.url)
  await openStore(proxy.url)
  await execute(sql`insert into webhook_topic values ('a.myshopify.com', 'x', now())`, autocommit)
})
afterAll(async () => {
  await closeStore()
  await proxy.close()
  await database.drop()
})

test('a transaction whose connection stops answering releases its locks, and the next one has a new connection', {
  timeout: 60_000,
}, async () => {
  const update = sql`update webhook_topic set topic = topic`
  const failed = transaction(
    async (on) => {
      await execute(update, on)
      proxy.freeze()
      await execute(update, on)
    },
    { deadlineMs: 1_000 },
  )
  await expect(failed).rejects.toThrow('Query read timeout')

  const others = `select 1 from webhook_topic for update nowait`
  await expect(rowsIn(database.url, others), 'the server has not heard of it').rejects.toThrow('could not obtain lock')
  await vi.waitFor(() => rowsIn(database.url, others), { timeout: 20_000, interval: 250 })
  expect(await transaction((on) => execute(update, on))).toBe(1)
})

test('a statement that waits for a lock is given up at both ends', { timeout: 60_000 }, async () => {
  const holder = transaction(async (on) => {
    await execute(sql`update webhook_topic set topic = topic`, on)
    await expect(
      transaction((other) => execute(sql`update webhook_topic set topic = topic`, other), { deadlineMs: 500 }),
    ).rejects.toThrow(/timeout/)
    // The server gives up by its own clock, which may be a moment later.
    const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
    await vi.waitFor(async () => expect(await rowsIn(database.url, waiting)).toEqual([]), {
      timeout: 5_000,
      interval: 20,
    })
  })
  await holder
})
