import { expect, test, vi } from 'vitest'
import type { CustomerId } from '#app/core/ids.ts'
import { redactCustomer } from '#app/sync/privacy/privacy-webhooks.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { turnOn } from '#app/sync/status/turn-on.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { integrationOf, setSettings, switchOff, switchOn } from '#test/support/switch.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const MANY = 60
const A_WHILE_MS = 60_000
const RESET = { resetWord: 'RESET' } as const
const many = (shop: Shop) =>
  shop.customers.createMany(MANY, (i) => ({
    email: i === 0 ? 'broken@@example' : `c${i}@example.com`,
    firstName: 'Old',
    tier: 'Gold',
    updatedAt: '2026-01-01T00:00:00Z',
  }))

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const profilesOf = ({ accountId }: InstalledShop) =>
  [...sandbox.klaviyo.account(accountId).profiles()].map(({ id, attributes }) => ({ id, attributes }))
const held = async ({ domain }: InstalledShop) => ({
  profiles: await rowsIn(sandbox.databaseUrl, 'select * from profile where shop = $1 order by customer_id', [domain]),
  marks: await rowsIn(sandbox.databaseUrl, 'select * from dirty_customer where shop = $1 order by customer_id', [
    domain,
  ]),
  runs: await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at', [domain]),
  shop: await rowsIn(sandbox.databaseUrl, 'select * from shop where domain = $1', [domain]),
})

async function givenTurnedOff(): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, many)
  skip(2 * 60 * A_WHILE_MS)
  await switchOff(given)
  await tell(given.domain, given.shop.customers.update(idOf(given, 5), { firstName: 'New' }))
  skip(A_WHILE_MS)
  return given
}

test.each(['', 'RESE', 'RESET!', 'yes', 'R E S E T'])(
  'with another word than the confirmation nothing is changed (%j)',
  async (resetWord) => {
    const given = await givenTurnedOff()
    const before = await held(given)
    expect(await switchOn(given, 'past_and_future', { resetWord })).toEqual({ kind: 'reset_not_confirmed' })
    expect(await held(given)).toEqual(before)
  },
)

test('with the confirmation all that is stored about customers is forgotten; erasures, the connection, the settings and Klaviyo’s profiles stay', async () => {
  const given = await givenConnectedShop(sandbox, many)
  await setSettings(given, { syncDelayMs: 5 * A_WHILE_MS })
  const gone = { customerId: idOf(given, 59) as CustomerId, email: 'c59@example.com', phone: null }
  await redactCustomer(given.domain, gone, clock())
  given.shop.customers.remove(gone.customerId)
  await syncToRest(given.domain)
  skip(1_000)
  await switchOff(given)
  const before = profilesOf(given)
  const connection = await rowsIn(sandbox.databaseUrl, 'select * from connection where shop = $1', [given.domain])

  expect(await switchOn(given, 'past_and_future', RESET)).toEqual({ kind: 'turned_on', how: 'past_and_future' })

  const nothing = { state: 'forgotten', code: null, words: null, hash: null, synced_at: null }
  const { profiles } = await held(given)
  expect(profiles).toHaveLength(MANY - 1)
  for (const profile of profiles) expect(profile).toMatchObject({ ...nothing, shopify_updated_at: null, request: null })
  expect(await rowsIn(sandbox.databaseUrl, 'select * from connection where shop = $1', [given.domain])).toEqual(
    connection,
  )
  expect(
    await rowsIn(sandbox.databaseUrl, 'select customer_id from tombstone where shop = $1', [given.domain]),
  ).toEqual([{ customer_id: gone.customerId }])
  expect(await integrationOf(given)).toMatchObject({ status: 'on', syncDelayMs: 5 * A_WHILE_MS })
  expect(profilesOf(given)).toEqual(before)
  expect(await loadSyncCard(given.domain, clock())).toMatchObject({
    syncedTotal: 0,
    parts: { inSync: 0, invalidEmail: 0, waiting: MANY - 1 },
    syncedLastDay: 0,
  })

  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: MANY - 1, synced: MANY - 2, invalidEmail: 1 })
  expect(sandbox.klaviyo.account(given.accountId).profileByEmail('c59@example.com')).toBeUndefined()
})

test.each([' reset ', 'Reset', 'RESET'])('the word may be typed as %j', async (resetWord) => {
  const given = await givenTurnedOff()
  expect(await switchOn(given, 'past_and_future', { resetWord })).toMatchObject({ kind: 'turned_on' })
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('after a reset for past and future all customers are pushed once more, and no profile is created twice', async () => {
  const given = await givenTurnedOff()
  const size = profilesOf(given).length
  const calls = callsSince(sandbox, given.accountId)
  await switchOn(given, 'past_and_future', RESET)
  await syncToRest(given.domain)
  const pushed = [...calls('bulk_import_profiles'), ...calls('create_or_update_profile')]
  expect(pushed.reduce((sum, { profiles }) => sum + profiles, 0)).toBeGreaterThanOrEqual(MANY - 1)
  expect(profilesOf(given)).toHaveLength(size)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY - 1 })
})

test('after a reset for the future no customer is pushed, except those that change then', async () => {
  const given = await givenTurnedOff()
  const calls = callsSince(sandbox, given.accountId)
  await switchOn(given, 'future', RESET)
  await syncToRest(given.domain)
  expect(calls()).toEqual([])
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: MANY - 1, synced: 0, invalidEmail: 1 })

  await tell(given.domain, given.shop.customers.update(idOf(given, 7), { firstName: 'New' }))
  await syncToRest(given.domain)
  expect(calls('create_or_update_profile')).toHaveLength(1)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: MANY - 2, synced: 1 })
})

test.each(['past_and_future', 'future'] as const)(
  'a field that was delivered before a reset (%s) and is gone by the next push is cleared in Klaviyo',
  async (how) => {
    const given = await givenTurnedOff()
    given.shop.customers.setLoyalty(idOf(given, 7), { tier: null })
    skip(A_WHILE_MS)
    await switchOn(given, how, RESET)
    await syncToRest(given.domain)
    await tellUndated(given.domain, idOf(given, 7))
    await syncToRest(given.domain)
    expect(
      Object.keys(sandbox.klaviyo.account(given.accountId).profileByEmail('c7@example.com')!.attributes.properties),
    ).not.toContain('loyalty_tier')
    await expectLaw(sandbox, given)
  },
)

test.each(['past_and_future', 'future'] as const)('a paused run ends with a reset (%s)', async (how) => {
  const given = await givenConnectedShop(sandbox, many)
  skip(2 * 60 * A_WHILE_MS)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncOneTurn(given)
  await switchOff(given)
  skip(A_WHILE_MS)
  expect(await switchOn(given, 'resume', RESET)).toEqual({ kind: 'nothing_paused' })
  expect((await held(given)).profiles).toHaveLength(MANY)

  await switchOn(given, how, RESET)
  await syncToRest(given.domain)
  expect((await held(given)).runs.map(({ state, failure }) => [state, failure])).toEqual([
    ['finished', null],
    ['cancelled', 'reset'],
    ['finished', null],
  ])
  await expectLaw(sandbox, given)
})

test('with an import under way nothing is forgotten: it could overwrite what is sent later', async () => {
  const given = await givenConnectedShop(sandbox, many)
  const all = given.shop.customers.ascending()
  await tell(given.domain, ...all.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  await switchOff(given)
  const before = await held(given)
  expect(await switchOn(given, 'past_and_future', RESET)).toEqual({ kind: 'still_settling' })
  expect(await held(given)).toEqual(before)

  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  expect(await switchOn(given, 'past_and_future', RESET)).toMatchObject({ kind: 'turned_on' })
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a reset that is requested while it is on is refused as outdated, and nothing is forgotten', async () => {
  const given = await givenConnectedShop(sandbox, many)
  const before = await held(given)
  expect(await switchOn(given, 'past_and_future', RESET)).toEqual({ kind: 'stale' })
  expect(await held(given)).toEqual(before)
})

test('of many requests at once with a reset exactly one succeeds, and the law holds', async () => {
  const given = await givenTurnedOff()
  const { version } = await integrationOf(given)
  const asked = { version, syncDelayMs: null, by: null } as const
  const changes = await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const now = clock()
      if (i % 4 === 0) return turnOn(given.domain, { ...asked, how: 'past_and_future', resetWord: 'RESET', now })
      if (i % 4 === 1) return turnOn(given.domain, { ...asked, how: 'future', resetWord: null, now })
      if (i % 4 === 2) return turnOff(given.domain, { version, now })
      const choice = { syncDelayMs: A_WHILE_MS, nightlyReconcile: false }
      return saveSetting(given.domain, 'syncing', { version, choice, now: clock() })
    }),
  )
  expect(changes.filter(({ kind }) => kind !== 'stale')).toHaveLength(1)
  expect((await integrationOf(given)).version).toBe(version + 1)
  if ((await integrationOf(given)).status === 'off') await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a reset while a batch is still being delivered keeps what the batch delivered, and the law holds', async () => {
  const given = await givenConnectedShop(sandbox, many)
  skip(A_WHILE_MS)
  const changed = [5, 6, 7].map((i) => given.shop.customers.update(idOf(given, i), { firstName: 'New' }))
  await tell(given.domain, ...changed)
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['create_or_update_profile'] })
  const turn = syncOneTurn(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  expect(await switchOn(given, 'past_and_future', RESET)).toMatchObject({ kind: 'turned_on' })
  await turn
  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY - 1 })
})
