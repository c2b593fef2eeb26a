import { expect, test, vi } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const signal = () => AbortSignal.timeout(30_000)
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: signal() })
const shopRow = async ({ domain }: InstalledShop) =>
  (await rowsIn(sandbox.databaseUrl, 'select * from shop where domain = $1', [domain]))[0]

test('a shop without work is released, and needs no further turn', async () => {
  const given = await givenConnectedShop(sandbox)
  expect(await syncOneTurn(given)).toBeNull()
  expect(await shopRow(given)).toMatchObject({ lease_holder: null, lease_until: null })
})

test('a shop that is unknown, or not connected, has no work', async () => {
  const given = await givenInstalledShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  expect(await syncOneTurn(given)).toBeNull()
  expect(await syncShop('stranger.myshopify.com' as InstalledShop['domain'], { clock, signal: signal() })).toBeNull()
})

test('while one worker has the shop’s lease another does nothing, and is returned when to try again', async () => {
  const given = await givenConnectedShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['create_or_update_profile'] })
  const calls = callsSince(sandbox, given.accountId)

  const first = syncOneTurn(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  const second = await syncOneTurn(given)
  await first

  expect(second!.getTime()).toBeGreaterThan(Date.now())
  expect(calls('create_or_update_profile')).toHaveLength(1)
})

test('many workers at once over one shop end in the law, and no customer is sent twice', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(150, (i) => ({ email: `c${i}@example.com`, firstName: 'Ada' }))
  await connectKlaviyo(given.domain, given.key, clock())
  const calls = callsSince(sandbox, given.accountId)
  for (let i = 0; i < 10; i++) {
    await Promise.all(Array.from({ length: 6 }, () => syncOneTurn(given)))
    skip(800)
  }
  await syncToRest(given.domain)
  expect(calls('bulk_import_profiles')).toHaveLength(1)
  await expectLaw(sandbox, given)
})

test('when a worker has died, another one continues after its lease has expired', async () => {
  const given = await givenConnectedShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  let looks = 0
  const dyingClock = () => {
    if (++looks > 4) throw new Error('killed')
    return clock()
  }
  await rowsIn(
    sandbox.databaseUrl,
    `create function refuse_release() returns trigger language plpgsql as 'begin raise exception ''killed''; end'`,
  )
  await rowsIn(
    sandbox.databaseUrl,
    `create trigger refuse_release before update on shop for each row when (new.lease_holder is null) execute function refuse_release()`,
  )
  await expect(syncShop(given.domain, { clock: dyingClock, signal: signal() })).rejects.toThrow('killed')
  await rowsIn(sandbox.databaseUrl, 'drop trigger refuse_release on shop')

  const comeAgainAt = await syncOneTurn(given)
  expect(comeAgainAt!.getTime() - Date.now()).toBeGreaterThan(0)
  expect(comeAgainAt!.getTime() - Date.now()).toBeLessThanOrEqual(15_000)
  skip(15_000)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a stop is obeyed between two batches and before the next call; leased marks are released at once', async () => {
  const given = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: 40 }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  await tell(given.domain, ...customers)
  const stopping = new AbortController()
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 200, operations: ['create_or_update_profile'] })
  const calls = callsSince(sandbox, given.accountId)

  const turn = syncShop(given.domain, { clock, signal: stopping.signal })
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  stopping.abort()
  await turn

  const sent = calls('create_or_update_profile').length
  expect(sent).toBeGreaterThan(0)
  expect(sent).toBeLessThan(40)
  const left = await rowsIn(
    sandbox.databaseUrl,
    'select lease, attempt from dirty_customer where shop = $1 and not confirming',
    [given.domain],
  )
  expect(left).toHaveLength(40 - sent)
  expect(new Set(left.map((mark) => JSON.stringify(mark)))).toEqual(new Set(['{"lease":null,"attempt":0}']))
  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)
  expect(calls('create_or_update_profile')).toHaveLength(40)
  await expectLaw(sandbox, given)
})

test('a change that comes during a turn, and wakes no worker, is found when the lease is released', async () => {
  const given = await givenConnectedShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 1_000, times: 1, operations: ['create_or_update_profile'] })
  const turn = syncShop(given.domain, { clock, signal: signal(), sliceMs: 50 })
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 1) > 0, { timeout: 20_000 })
  await tell(given.domain, given.shop.customers.create({ email: 'ben@example.com' }))

  const next = await turn

  expect(next!.getTime()).toBeLessThanOrEqual(Date.now())
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('one shop’s time slice ends, however much waits, and the rest is done in a later turn', async () => {
  const given = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: 1_200 }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  await tell(given.domain, ...customers)
  const next = await syncShop(given.domain, { clock, signal: signal(), sliceMs: 1 })
  expect(next!.getTime()).toBeLessThanOrEqual(Date.now())
  expect(
    (
      await rowsIn(
        sandbox.databaseUrl,
        'select count(*)::int as n from dirty_customer where shop = $1 and not confirming',
        [given.domain],
      )
    )[0].n,
  ).toBe(700)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})
