import { afterAll, expect, test, vi } from 'vitest'
import { connectionOptions } from '#app/store/connection-options.ts'
import { migrate } from '#app/store/migrate.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { clock } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { hasPgbouncer, startPgbouncer } from '#test/support/pgbouncer.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenWorker, letTimePass, untilAtRest } from './given-worker.ts'

const migrations = new URL('../../prisma/migrations', import.meta.url).pathname

let pooler: Awaited<ReturnType<typeof startPgbouncer>> | undefined
const sandbox = useSandbox({
  jobMs: 100,
  bulkDurationMs: 100,
  reachDatabase: async (url) => {
    pooler = hasPgbouncer ? await startPgbouncer(url) : undefined
    return pooler?.url ?? url
  },
})
afterAll(() => pooler?.stop())

test('a connection without a pooler is known as one', async () => {
  expect(await connectionOptions(sandbox.databaseUrl)).toMatchObject({ pooled: false })
})

// Where Debian's pgbouncer is installed, as in CI.
if (hasPgbouncer) {
  test('a shop is filled and follows its changes behind PgBouncer in transaction mode', {
    timeout: 90_000,
  }, async () => {
    expect(await connectionOptions(pooler!.url)).toMatchObject({ pooled: true })
    const given = await givenInstalledShop(sandbox)
    given.shop.customers.createMany(300, (i) => ({ email: `c${i}@example.com`, firstName: 'Old' }))
    expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
    const workers = [
      await givenWorker({ ...sandbox, databaseUrl: pooler!.url }),
      await givenWorker({ ...sandbox, databaseUrl: pooler!.url }),
    ]
    await untilAtRest(sandbox, given)

    const [first] = given.shop.customers.ascending()
    await tell(given.domain, given.shop.customers.update(first!.id, { firstName: 'New' }))
    const profile = () => sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')
    await vi.waitUntil(() => profile()?.attributes.first_name === 'New', { timeout: 15_000, interval: 50 })
    await letTimePass(sandbox, given)
    await untilAtRest(sandbox, given)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 300 })
    for (const worker of workers) {
      expect(await worker.stop('SIGTERM')).toBe(0)
      expect([...worker.saidOf('turn_failed'), ...worker.saidOf('sweep_failed')]).toEqual([])
    }
  })

  test('an empty database is migrated behind PgBouncer, by several processes at once', async () => {
    const database = `pooled_${process.pid}`
    await rowsIn(sandbox.databaseUrl, `create database ${database}`)
    const url = new URL(pooler!.url)
    url.pathname = `/${database}`
    const applied = await Promise.all([migrate(url.href, migrations), migrate(url.href, migrations)])
    expect(applied.flat()).toContain('20261121000000_foundation')
    expect(applied.filter((names) => names.length === 0)).toHaveLength(1)
  })
}
