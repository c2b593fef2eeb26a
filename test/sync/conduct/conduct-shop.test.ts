import { expect, test, vi } from 'vitest'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  conductToRest,
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const signal = () => AbortSignal.timeout(30_000)
const conductOnce = ({ domain }: InstalledShop) => conductShop(domain, { clock, signal: signal() })
const shopRow = async ({ domain }: InstalledShop) =>
  (await rowsIn(sandbox.databaseUrl, 'select * from shop where domain = $1', [domain]))[0]

test('a shop in which nothing is to be done is let go of, and nobody need come again', async () => {
  const given = await givenConnectedShop(sandbox)
  expect(await conductOnce(given)).toBeNull()
  expect(await shopRow(given)).toMatchObject({ conductor: null, conductor_until: null })
})

test('a shop that is unknown, or not connected, is no work', async () => {
  const given = await givenInstalledShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  expect(await conductOnce(given)).toBeNull()
  expect(await conductShop('stranger.myshopify.com' as InstalledShop['domain'], { clock, signal: signal() })).toBeNull()
})

test('while one conductor has the shop another does nothing, and hears when to come again', async () => {
  const given = await givenConnectedShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['create_or_update_profile'] })
  const calls = callsSince(sandbox, given.accountId)

  const first = conductOnce(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  const second = await conductOnce(given)
  await first

  expect(second!.getTime()).toBeGreaterThan(Date.now())
  expect(calls('create_or_update_profile')).toHaveLength(1)
})

test('many conductors at once over one shop end in the law, and nobody is sent twice', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(150, (i) => ({ email: `c${i}@example.com`, firstName: 'Ada' }))
  await connectKlaviyo(given.domain, given.key, clock())
  const calls = callsSince(sandbox, given.accountId)
  for (let i = 0; i < 10; i++) {
    await Promise.all(Array.from({ length: 6 }, () => conductOnce(given)))
    skip(800)
  }
  await conductToRest(given.domain)
  expect(calls('bulk_import_profiles')).toHaveLength(1)
  await expectLaw(sandbox, given)
})

test('a conductor that died is missed after its time, and another goes on', async () => {
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
    `create trigger refuse_release before update on shop for each row when (new.conductor is null) execute function refuse_release()`,
  )
  await expect(conductShop(given.domain, { clock: dyingClock, signal: signal() })).rejects.toThrow('killed')
  await rowsIn(sandbox.databaseUrl, 'drop trigger refuse_release on shop')

  const comeAgainAt = await conductOnce(given)
  expect(comeAgainAt!.getTime() - Date.now()).toBeGreaterThan(0)
  expect(comeAgainAt!.getTime() - Date.now()).toBeLessThanOrEqual(15_000)
  skip(15_000)
  await conductToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a stop is heeded between two batches and before the next call; what was leased is free at once', async () => {
  const given = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: 40 }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  await tell(given.domain, ...customers)
  const stopping = new AbortController()
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 200, operations: ['create_or_update_profile'] })
  const calls = callsSince(sandbox, given.accountId)

  const conducted = conductShop(given.domain, { clock, signal: stopping.signal })
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  stopping.abort()
  await conducted

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
  await conductToRest(given.domain)
  expect(calls('create_or_update_profile')).toHaveLength(40)
  await expectLaw(sandbox, given)
})

test('a change that comes while the shop is conducted, and wakes nobody, is seen when it is let go of', async () => {
  const given = await givenConnectedShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 200, times: 1, operations: ['create_or_update_profile'] })
  const conducted = conductShop(given.domain, { clock, signal: signal(), sliceMs: 50 })
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 1) > 0, { timeout: 20_000 })
  await tell(given.domain, given.shop.customers.create({ email: 'ben@example.com' }))

  const next = await conducted

  expect(next!.getTime()).toBeLessThanOrEqual(Date.now())
  await conductToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('one shop’s slice of time ends, however much waits, and the rest is done when its turn comes', async () => {
  const given = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: 1_200 }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  await tell(given.domain, ...customers)
  const next = await conductShop(given.domain, { clock, signal: signal(), sliceMs: 1 })
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
  await conductToRest(given.domain)
  await expectLaw(sandbox, given)
})
