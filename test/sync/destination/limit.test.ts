import { beforeAll, expect, test } from 'vitest'
import { feedSegments } from '#app/sync/intake/feed-segments.ts'
import { retryList, syncNow } from '#app/sync/intake/sync-now.ts'
import { syncSegment } from '#app/sync/intake/sync-segment.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadRun } from '#app/sync/report/load-run.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { setSettings } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'
import {
  connect,
  emailOf,
  givenChoice,
  runsOf,
  saveChosenDestination,
  somebodyElseMakes,
  syncAgain,
  syncTurns,
  waitingOf,
} from './given-destination.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

test('a full run creates as many new profiles as it may, the rest wait, and the next full run continues with them', async () => {
  const given = await givenChoice(sandbox, { mostNew: 60 }, { customers: 130 })
  await connect(given)
  await syncToRest(given.domain)

  expect(given.account.size).toBe(60)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60, atLimit: 70 })
  await syncAgain(given)
  expect(given.account.size).toBe(120)
  await syncAgain(given)

  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 130, atLimit: 0 })
  expect(await runsOf(sandbox, given)).toMatchObject([
    { created: 60, held: 70, most_new: 60 },
    { created: 60, held: 10, most_new: 60 },
    { created: 10, held: 0, most_new: 60 },
  ])
})

test('updates and single live changes are not limited: a waiting customer that changes is sent at once', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 12 })
  await connect(given)
  await syncToRest(given.domain)
  const [waiting] = await waitingOf(sandbox, given)
  const known = given.shop.customers.ascending()[0]!

  await tell(
    given.domain,
    given.shop.customers.update(waiting.customer_id, { firstName: 'Live' }),
    given.shop.customers.update(known.id, { firstName: 'Changed' }),
    given.shop.customers.create({ email: 'new@example.com' }),
  )
  await syncToRest(given.domain)

  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 7, atLimit: 6 })
  given.shop.customers.update(known.id, { firstName: 'Once more' })
  await syncAgain(given)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 12, atLimit: 1 })
  expect(given.account.profileByEmail(emailOf(0))?.attributes.first_name).toBe('Once more')
})

test('the nightly comparison is limited too, and leaves waiting customers to the full run', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 12 })
  await setSettings(given, { nightlyReconcile: true })
  await connect(given)
  await syncToRest(given.domain)
  const waiting = await waitingOf(sandbox, given)
  for (let i = 0; i < 7; i++) given.shop.customers.create({ email: `unheard${i}@example.com` })

  await skipToNight(sandbox, given)
  await syncToRest(given.domain)

  expect((await runsOf(sandbox, given)).at(-1)).toMatchObject({ kind: 'reconcile', created: 5, held: 9 })
  expect(await waitingOf(sandbox, given)).toEqual(expect.arrayContaining(waiting))
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 10, atLimit: 9 })
})

/** Adds so many customers with an issue, of whom Shopify knows nothing, that a retry of them reads all customers at once. */
async function refuseManyMore({ domain }: { domain: string }, code = 'profile_refused'): Promise<void> {
  await rowsIn(
    sandbox.databaseUrl,
    `with filled as (
       insert into profile (shop, customer_id, state, code, read_at, issue_since)
       select $1, 5000000 + n, 'issue', $2, now() - interval '1 hour', now() - interval '1 hour'
       from generate_series(1, 4500) n returning 1)
     insert into profile_count (shop, state, code, profiles, ever_synced) select $1, 'issue', $2, count(*), 0 from filled
     on conflict (shop, state, code) do update set profiles = profile_count.profiles + excluded.profiles`,
    [domain, code],
  )
}

test('a whole segment creates as many new profiles as a full sync may, besides those of its customers who changed', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 14 })
  await connect(given)
  await syncToRest(given.domain)
  const customers = given.shop.customers.ascending()
  const { id: segment } = given.shop.segments.add({ name: 'All', memberIds: customers.map(({ id }) => id) })
  const [waiting] = await waitingOf(sandbox, given)
  await tell(given.domain, given.shop.customers.update(waiting.customer_id, { firstName: 'Changed' }))
  await syncSegment(given.domain, segment, clock())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 11, atLimit: 3 })
  await syncSegment(given.domain, segment, clock())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 14, atLimit: 0 })
})

test('a change that was heard before its segment is synced stays a change', async () => {
  const given = await givenChoice(sandbox, {}, { customers: 2 })
  await connect(given)
  await syncToRest(given.domain)
  const customers = given.shop.customers.ascending()
  const { id: segment } = given.shop.segments.add({ name: 'All', memberIds: customers.map(({ id }) => id) })
  await tell(given.domain, given.shop.customers.update(customers[0]!.id, { firstName: 'Changed' }))
  await syncSegment(given.domain, segment, clock())
  await feedSegments({ shop: given.domain, clock })
  expect(
    await rowsIn(sandbox.databaseUrl, 'select heard from dirty_customer where shop = $1 order by customer_id', [
      given.domain,
    ]),
  ).toEqual([{ heard: 'customers/update' }, { heard: 'retry' }])
})

test('so many retries that all customers are read at once send nobody who waits at the limit, but for whom a change came', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 12 })
  await connect(given)
  await syncToRest(given.domain)
  const [changed] = await waitingOf(sandbox, given)
  await refuseManyMore(given)
  await retryList(given.domain, 'profile_refused', clock())
  await tell(given.domain, given.shop.customers.update(changed.customer_id, { firstName: 'Live' }))
  await syncToRest(given.domain)

  const storms = `select distinct kind, search from sync_run where shop = $1 and trigger = 'storm'`
  expect(await rowsIn(sandbox.databaseUrl, storms, [given.domain])).toEqual([{ kind: 'catch_up', search: null }])
  expect(given.account.size).toBe(6)
  expect(await waitingOf(sandbox, given)).toHaveLength(6)
})

test('a first sync that was cancelled is not continued by a run that reads all customers for the changes of some', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 12 })
  await connect(given)
  await syncTurns(given, 1)
  const [{ id }] = await rowsIn(sandbox.databaseUrl, 'select id from sync_run where shop = $1', [given.domain])
  expect(await cancelRun(given.domain, { run: id, by: null, now: clock() })).toMatchObject({ kind: 'cancelled' })
  await refuseManyMore(given)
  await retryList(given.domain, 'profile_refused', clock())
  const [changed] = given.shop.customers.ascending()
  await tell(given.domain, given.shop.customers.update(changed!.id, { firstName: 'Live' }))
  await syncToRest(given.domain)

  expect((await runsOf(sandbox, given)).at(-1)).toMatchObject({ kind: 'catch_up', state: 'finished' })
  expect(given.account.size).toBe(1)
  expect(await waitingOf(sandbox, given)).toHaveLength(11)
})

/** A shop whose customers had no valid address when they were read, and were corrected without a webhook. */
async function givenCorrected({ mostNew, customers }: { mostNew: number; customers: number }) {
  const given = await givenChoice(sandbox, { mostNew })
  given.shop.customers.createMany(customers, (i) => ({ email: `c${i}@@example.com` }))
  await connect(given)
  await syncToRest(given.domain)
  for (const [i, { id }] of given.shop.customers.ascending().entries())
    given.shop.customers.update(id, { email: emailOf(i) })
  return given
}

test('retrying a whole list creates as many new profiles as a full sync may, each time it is asked for', async () => {
  const given = await givenCorrected({ mostNew: 5, customers: 14 })
  expect(await retryList(given.domain, 'invalid_email', clock())).toEqual({ kind: 'asked', customers: 14 })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 5, atLimit: 9 })

  const [waiting] = await waitingOf(sandbox, given)
  await syncNow(given.domain, [waiting.customer_id], clock())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given), 'a customer whom the merchant chose is sent').toMatchObject({ synced: 6 })

  given.shop.customers.createMany(7, (i) => ({ email: `later${i}@@example.com` }))
  await tell(given.domain, ...given.shop.customers.ascending().slice(14))
  await syncToRest(given.domain)
  for (const [i, { id }] of given.shop.customers.ascending().slice(14).entries())
    given.shop.customers.update(id, { email: `later${i}@example.com` })
  await retryList(given.domain, 'invalid_email', clock())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 11, atLimit: 10 })
  await syncAgain(given)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 16, atLimit: 5 })
})

test('a customer that changed before its list is retried is sent whatever the limit', async () => {
  const given = await givenCorrected({ mostNew: 1, customers: 4 })
  const [, second, third] = given.shop.customers.ascending()
  await tell(given.domain, second!, third!)
  await retryList(given.domain, 'invalid_email', clock())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 3, atLimit: 1 })
})

test('so many retries that all customers are read at once create as many new profiles as a full sync may', async () => {
  const given = await givenCorrected({ mostNew: 5, customers: 12 })
  await refuseManyMore(given, 'invalid_email')
  await retryList(given.domain, 'invalid_email', clock())
  await syncToRest(given.domain)
  expect((await runsOf(sandbox, given))[1]).toMatchObject({ kind: 'catch_up', created: 0 })
  expect(given.account.size).toBe(5)
  expect(await waitingOf(sandbox, given)).toHaveLength(7)
  expect(await rowsIn(sandbox.databaseUrl, 'select 1 from dirty_customer where shop = $1', [given.domain])).toEqual([])
})

test.each([
  ['bulk_import_profiles', 90],
  ['create_or_update_profile', 12],
] as const)('a throttled or failing %s takes nothing from what a retry may create', async (operation, customers) => {
  for (const fault of [{ kind: 'throttle', retryAfterSeconds: 5 }, { kind: 'resetBefore' }] as const) {
    const mostNew = customers / 2
    const given = await givenCorrected({ mostNew, customers })
    sandbox.klaviyo.faults.add({ ...fault, times: 2, operations: [operation] })
    await retryList(given.domain, 'invalid_email', clock())
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: mostNew, atLimit: mostNew })
    sandbox.klaviyo.faults.clear()
  }
})

test('when the limit is removed, all waiting customers are sent', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 12 })
  await connect(given)
  await syncToRest(given.domain)
  await saveChosenDestination(given, { mostNew: null })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 12, atLimit: 0 })
})

test('a profile that is in Klaviyo already is an update, and does not count towards the limit', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 12 })
  await somebodyElseMakes(given, ...[3, 7, 11].map(emailOf))
  await connect(given)
  await syncToRest(given.domain)
  expect(given.account.size).toBe(8)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 8, atLimit: 4 })
})

test('a waiting customer that is deleted in Shopify waits no longer', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 7 })
  await connect(given)
  await syncToRest(given.domain)
  const [waiting] = await waitingOf(sandbox, given)
  given.shop.customers.remove(waiting.customer_id)
  await syncAgain(given)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: 6, synced: 6, atLimit: 0 })
})

test('the run, the card and the customers page say which customers wait, and why', async () => {
  const given = await givenChoice(sandbox, { mostNew: 5 }, { customers: 12 })
  await connect(given)
  await syncToRest(given.domain)
  const [{ id }] = await rowsIn(sandbox.databaseUrl, 'select id from sync_run where shop = $1', [given.domain])

  const page = await loadRun(given.domain, id, { viewer: null, now: clock() })
  expect(page?.run.limit).toEqual({ mostNew: 5, held: 7 })
  expect(await loadSyncCard(given.domain, clock())).toMatchObject({
    parts: { waitingAtLimit: 7, waiting: 0, otherIssues: 0 },
    pending: 0,
  })
  const { customers } = await listUnsyncedCustomers(given.domain, { reason: 'limit', after: null, limit: 20 })
  expect(customers.map(({ code }) => code)).toEqual(new Array(7).fill('limit'))
})

test.each([
  ['bulk_import_profiles', 130],
  ['create_or_update_profile', 12],
  ['get_profiles', 130],
] as const)(
  'a throttled, cut-off or failing %s counts no profile twice, and creates none too many',
  async (operation, customers) => {
    for (const fault of [
      { kind: 'throttle', retryAfterSeconds: 5 },
      { kind: 'resetAfter' },
      { kind: 'resetBefore' },
      { kind: 'status', status: 503 },
    ] as const) {
      const mostNew = customers / 2
      const given = await givenChoice(sandbox, { mostNew }, { customers })
      await connect(given)
      sandbox.klaviyo.faults.add({ ...fault, times: 2, operations: [operation] })
      await syncToRest(given.domain)
      expect([fault.kind, given.account.size]).toEqual([fault.kind, mostNew])
      expect(await expectLaw(sandbox, given)).toMatchObject({ synced: mostNew, atLimit: mostNew })
      sandbox.klaviyo.faults.clear()
    }
  },
)

test.each([
  ['by imports', 120, 60],
  ['one by one', 12, 5],
] as const)(
  'killed at any read of the clock, a run that pushes %s never creates more profiles than it may',
  { timeout: 120_000 },
  async (_how, customers, mostNew) => {
    for (const looks of looksFrom(1)) {
      const given = await givenChoice(sandbox, { mostNew }, { customers })
      await connect(given)
      await syncTurns(given, 1) // until the file is there nothing is pushed
      const reached = await syncUntilKilled(sandbox, given, looks)
      await syncToRest(given.domain)
      expect([looks, given.account.size]).toEqual([looks, mostNew])
      expect(await expectLaw(sandbox, given)).toMatchObject({ synced: mostNew, atLimit: customers - mostNew })
      if (!reached) return
    }
  },
)

test('lookups take few calls, and are made only while they are needed', async () => {
  const given = await givenChoice(sandbox, {}, { customers: 250 })
  const calls = callsSince(sandbox, given.accountId)
  await connect(given)
  await syncToRest(given.domain)
  expect(calls('get_profiles').length, 'the key is tried').toBeLessThanOrEqual(2)
  await saveChosenDestination(given, { existing: 'leave' })
  const later = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)
  expect(later('get_profiles'), 'everybody was delivered').toEqual([])
})
