import { expect, test } from 'vitest'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { findDryRun } from '#app/store/dry-runs.ts'
import { findShop } from '#app/store/shops.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { cancelDryRun } from '#app/sync/dry-run/cancel-dry-run.ts'
import { carryOutDryRun } from '#app/sync/dry-run/carry-out-dry-run.ts'
import { loadDryRun } from '#app/sync/dry-run/load-dry-run.ts'
import { startDryRun } from '#app/sync/dry-run/start-dry-run.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { givenAudience, leavingOut } from '#test/core/settings/given-audience.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const HOUR_MS = 60 * 60_000

const withoutTags = {
  ...defaultMapping,
  standard: { ...defaultMapping.standard, tags: { ...defaultMapping.standard.tags, on: false } },
  clears: true,
}

async function givenShop(count = 60): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count, seed: 7 }))
  skip(HOUR_MS + 1_000)
  return given
}

const start = (
  { domain }: InstalledShop,
  subject: 'full' | 'audience' | 'mapping' | 'destination' = 'full',
  choice: unknown = null,
) => startDryRun(domain, { subject, choice, version: null, by: null, now: clock() })

const turn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(20_000), sliceMs: 0 })

/** All rows of the shop, without those of dry runs, and without times that move by themselves. */
async function everythingElse({ domain }: InstalledShop): Promise<unknown> {
  const tables = [
    'profile',
    'dirty_customer',
    'sync_run',
    'outbox',
    'loyalty_value',
    'profile_count',
    'delivery',
    'sync_hour',
    'unchanged_chunk',
    'membership_snapshot',
    'field_set',
    'tombstone',
  ]
  const all: unknown[] = []
  for (const table of tables) {
    const rows = `select to_jsonb(t) as row from ${table} t where shop = $1 order by 1`
    all.push(await rowsIn(sandbox.databaseUrl, rows, [domain]))
  }
  const shop = `select to_jsonb(s) - 'lease_holder' - 'lease_until' - 'facts_read_at' as row from shop s where domain = $1`
  return [...all, await rowsIn(sandbox.databaseUrl, shop, [domain])]
}

const writes = ({ key }: InstalledShop) =>
  sandbox.klaviyo.log.entries.filter((entry) => entry.key === key && entry.method !== 'GET').length

test('a dry run sends nothing, and writes no row but its own', async () => {
  const given = await givenShop()
  const [before, sent] = [await everythingElse(given), writes(given)]
  expect(await start(given, 'mapping', withoutTags)).toMatchObject({ kind: 'started' })
  await syncToRest(given.domain)

  const dry = (await findDryRun(given.domain))!
  expect(dry).toMatchObject({ state: 'finished', counts: { read: 60, created: 0 } })
  expect(dry.counts.cleared).toBeGreaterThan(10)
  expect(dry.examples.filter(({ forecast }) => forecast === 'cleared')).toHaveLength(Math.min(15, dry.counts.cleared))
  expect(writes(given)).toBe(sent)
  expect(await everythingElse(given)).toEqual(before)
})

test('its row holds numbers of customers, and no value of any', async () => {
  const given = await givenShop()
  await start(given, 'mapping', withoutTags)
  await syncToRest(given.domain)
  const [row] = await rowsIn(sandbox.databaseUrl, 'select to_jsonb(d)::text as text from dry_run d where shop = $1', [
    given.domain,
  ])
  for (const customer of given.shop.customers.all()) {
    const { defaultEmailAddress, firstName } = customer
    if (defaultEmailAddress) expect(row!.text).not.toContain(defaultEmailAddress.emailAddress)
    if (firstName && firstName.length > 3) expect(row!.text).not.toContain(`"${firstName}"`)
  }
})

test('what it played is done by one press, and of two who press at once, one does it', async () => {
  const given = await givenShop()
  await start(given, 'mapping', withoutTags)
  await syncToRest(given.domain)
  const { id } = (await findDryRun(given.domain))!
  const press = () => carryOutDryRun(given.domain, { id, by: null, now: clock() })
  const both = await Promise.all([press(), press()])
  expect(both.filter((out) => out.kind === 'saved' && out.change.kind === 'saved')).toHaveLength(1)
  await syncToRest(given.domain)
  expect((await findShop(given.domain))?.mapping.mapping.standard.tags.on).toBe(false)
  await expectLaw(sandbox, given)
})

test('after a choice was saved meanwhile, its figures are of the choice before, and it saves nothing', async () => {
  const given = await givenShop()
  await start(given, 'mapping', withoutTags)
  const { settingsVersion: version } = (await findShop(given.domain))!
  const choice = givenAudience(leavingOut('vip'))
  await saveSetting(given.domain, 'audience', { version, choice, now: clock() })
  await syncToRest(given.domain)

  const { dry } = await loadDryRun(given.domain, clock())
  expect(dry).toMatchObject({ state: 'finished', settingsChanged: true, counts: { read: 60 } })
  const out = await carryOutDryRun(given.domain, { id: dry!.id, by: null, now: clock() })
  expect(out).toEqual({ kind: 'saved', change: { kind: 'stale' } })
})

test('nor does it start a full sync by other settings than were played', async () => {
  const given = await givenShop()
  await start(given)
  await syncToRest(given.domain)
  const { id, settingsVersion: version } = (await findDryRun(given.domain))!
  const choice = givenAudience(leavingOut('vip'))
  expect(await saveSetting(given.domain, 'audience', { version, choice, now: clock() })).toMatchObject({
    kind: 'saved',
  })
  const out = await carryOutDryRun(given.domain, { id, by: null, now: clock() })
  expect(out).toEqual({ kind: 'over' })
  const byHand = `select 1 from sync_run where shop = $1 and trigger = 'by_hand'`
  expect(await rowsIn(sandbox.databaseUrl, byHand, [given.domain])).toEqual([])
})

test('a run goes first: the dry run waits for its end, and counts each customer once', async () => {
  const given = await givenShop()
  await start(given)
  await turn(given)
  await turn(given)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  expect((await loadDryRun(given.domain, clock())).dry).toMatchObject({ waitsFor: 'run' })
  await syncToRest(given.domain)
  expect(await findDryRun(given.domain)).toMatchObject({ state: 'finished', counts: { read: 60 } })
  await expectLaw(sandbox, given)
})

test('a worker that is killed anywhere in it leaves no customer counted twice', async () => {
  const given = await givenShop()
  await start(given, 'mapping', withoutTags)
  for (let looks = 1; looks < 60; looks += 3) {
    let left = looks
    const dying = () => {
      if (left-- <= 0) throw new Error('killed')
      return clock()
    }
    await syncShop(given.domain, { clock: dying, signal: AbortSignal.timeout(20_000) }).catch(() => {})
    skip(20_000)
  }
  await syncToRest(given.domain)
  const { counts, state } = (await findDryRun(given.domain))!
  expect(state).toBe('finished')
  const { read, created, changed, unchanged, left_out, limited, issues, unclear } = counts
  expect(created + changed + unchanged + left_out + limited + issues + unclear).toBe(read)
  expect(read).toBe(60)
})

test('while Klaviyo throttles it waits, and then goes on', async () => {
  const given = await givenShop()
  for (let i = 0; i < 5; i++) given.shop.customers.create({ email: `new-${i}@example.com` })
  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 5, times: 1 })
  await start(given)
  await syncToRest(given.domain)
  expect(sandbox.klaviyo.log.entries.some(({ key, status }) => key === given.key && status === 429)).toBe(true)
  expect(await findDryRun(given.domain)).toMatchObject({ state: 'finished', counts: { read: 65, created: 5 } })
})

test('there is one at most, it can be cancelled, and the next may begin after as long as the last took', async () => {
  const given = await givenShop()
  await start(given)
  expect(await start(given)).toEqual({ kind: 'already_open' })
  skip(60_000)
  expect(await cancelDryRun(given.domain, clock())).toEqual({ kind: 'cancelled' })
  expect(await cancelDryRun(given.domain, clock())).toEqual({ kind: 'over' })
  expect(await start(given)).toMatchObject({ kind: 'too_soon' })
  skip(61_000)
  expect(await start(given)).toMatchObject({ kind: 'started' })
})

test('cancelling also ends the read at Shopify, so that it takes no place of another', async () => {
  const given = await givenShop()
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', times: 1 })
  await start(given)
  await turn(given)
  expect(given.shop.bulk.all().at(-1)?.status).toBe('RUNNING')
  expect(await cancelDryRun(given.domain, clock())).toEqual({ kind: 'cancelled' })
  expect(given.shop.bulk.all().at(-1)?.status).toBe('CANCELED')
})

test('it ends when the integration is turned off or Klaviyo is disconnected, and none starts then', async () => {
  const given = await givenShop()
  await start(given)
  await turnOff(given.domain, { version: (await findShop(given.domain))!.settingsVersion, now: clock() })
  expect(await findDryRun(given.domain)).toMatchObject({ state: 'cancelled', failure: 'turned_off' })
  expect(await start(given)).toEqual({ kind: 'off' })

  const other = await givenShop()
  await start(other)
  await disconnectKlaviyo(other.domain, clock())
  expect(await findDryRun(other.domain)).toMatchObject({ state: 'cancelled', failure: 'disconnected' })
  expect(await start(other)).toEqual({ kind: 'not_connected' })
})

test('a choice that could not be saved is not played, nor one that sends nothing', async () => {
  const given = await givenShop(5)
  expect(await start(given, 'mapping', { nonsense: true })).toMatchObject({
    kind: 'not_saved',
    change: { kind: 'invalid' },
  })
  expect(await start(given, 'destination', { ...defaultDestination, mostNew: 10 })).toEqual({ kind: 'sends_nothing' })
})
