import { expect, test } from 'vitest'
import { LONGEST_HOLD_MS } from '#app/core/flow/large-change.ts'
import { defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import { findDryRun } from '#app/store/dry-runs.ts'
import { carryOutDryRun } from '#app/sync/dry-run/carry-out-dry-run.ts'
import { startDryRun } from '#app/sync/dry-run/start-dry-run.ts'
import { loadStatus } from '#app/sync/report/load-status.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { confirmRun } from '#app/sync/status/confirm-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { choose, versionOf } from '#test/support/settings.ts'
import { setSettings, switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const MANY = 300
const FEW = 120
const HOUR_MS = 60 * 60_000
const many = (shop: Shop) =>
  shop.customers.createMany(MANY, (i) => ({
    email: `c${i}@example.com`,
    firstName: 'Ada',
    tags: ['vip'],
    points: i < FEW ? 7 : null,
    updatedAt: '2026-01-01T00:00:00Z',
  }))

/** Clears the tags of all customers. */
const withoutTags: Partial<Mapping> = {
  standard: { ...defaultMapping.standard, tags: { ...defaultMapping.standard.tags, on: false } },
}
/** Clears the points of those who have some. */
const withoutPoints: Partial<Mapping> = { values: [] }
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const runsOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc, id', [domain])
const lastRun = async (given: InstalledShop) => (await runsOf(given))[0]!
const sentSince = ({ accountId }: InstalledShop) => {
  const calls = callsSince(sandbox, accountId)
  return () =>
    [...calls('create_or_update_profile'), ...calls('bulk_import_profiles')].reduce(
      (sum, { profiles }) => sum + profiles,
      0,
    )
}
const having = ({ accountId }: InstalledShop, property: string) =>
  [...sandbox.klaviyo.account(accountId).profiles()].filter(({ attributes }) => property in attributes.properties)
    .length

/** Works until the shop's newest run is held. */
async function syncUntilHeld(given: InstalledShop, watched = clock): Promise<void> {
  for (let turns = 0; turns < 100; turns++) {
    const next = await syncShop(given.domain, { clock: watched, signal: AbortSignal.timeout(30_000) })
    if ((await lastRun(given)).check_state === 'held') return
    if (!next) break
    skip(next.getTime() - Date.now())
  }
  throw new Error('no run is held')
}

async function givenHeldRun(mapping = withoutTags): Promise<InstalledShop & { run: string }> {
  const given = await givenConnectedShop(sandbox, many)
  await choose(given, 'mapping', mapping)
  await syncUntilHeld(given)
  return { ...given, run: (await lastRun(given)).id }
}

const goOn = ({ domain }: InstalledShop, run: string, by = 'Ada') => confirmRun(domain, { run, by, now: clock() })
const cancel = ({ domain }: InstalledShop, run: string) => cancelRun(domain, { run, by: 'Ben', now: clock() })

test('a slip in the mapping is held: nothing of it is sent, and the card says how much it would change', async () => {
  const given = await givenConnectedShop(sandbox, many)
  const sent = sentSince(given)
  await choose(given, 'mapping', withoutTags)
  await syncUntilHeld(given)
  expect(sent()).toBe(0)
  expect(having(given, 'shopify_tags')).toBe(MANY)
  expect((await cardOf(given)).run).toMatchObject({
    kind: 'reconcile',
    check: { state: 'held', wouldChange: MANY, wouldClear: MANY, of: MANY, until: expect.any(String) },
    stall: null,
  })
  skip(HOUR_MS)
  expect((await cardOf(given)).run).toMatchObject({ check: { state: 'held' }, stall: null })
  expect((await loadStatus(given.domain, clock())).lastRun).toMatchObject({ heldUntil: expect.any(String) })
})

test('a held run goes on once somebody says yes, and ends as mapped', async () => {
  const given = await givenHeldRun()
  expect(await goOn(given, given.run)).toEqual({ kind: 'confirmed' })
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ id: given.run, state: 'finished', pushed: MANY, confirmed_by: 'Ada' })
  expect(having(given, 'shopify_tags')).toBe(0)
  await expectLaw(sandbox, given)
})

test('a held run that is cancelled changes nothing, and the next run over all customers is held again', async () => {
  const given = await givenHeldRun()
  const sent = sentSince(given)
  expect(await cancel(given, given.run)).toEqual({ kind: 'cancelled' })
  await syncToRest(given.domain)
  expect(sent()).toBe(0)
  skip(HOUR_MS)
  expect((await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).kind).toBe('started')
  await syncUntilHeld(given)
  const run = await lastRun(given)
  expect(run).toMatchObject({ kind: 'full', would_change: MANY })
  await goOn(given, run.id)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a run that changes no more than the chosen share goes on by itself; one that changes more is held', async () => {
  const given = await givenConnectedShop(sandbox, many)
  await setSettings(given, { holdAbovePercent: 50 })
  await choose(given, 'mapping', withoutPoints)
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ state: 'finished', check_state: 'passed', held_at: null, pushed: FEW })
  await expectLaw(sandbox, given)
  await choose(given, 'mapping', {})
  await syncToRest(given.domain)
  await setSettings(given, { holdAbovePercent: 30 })
  await choose(given, 'mapping', withoutPoints)
  await syncUntilHeld(given)
  expect(await lastRun(given)).toMatchObject({ would_change: FEW, would_clear: FEW, check_of: MANY })
})

test('fields that only come along are no change: nothing is lost by them', async () => {
  const given = await givenConnectedShop(sandbox, many)
  await setSettings(given, { holdAbovePercent: null })
  await choose(given, 'mapping', withoutTags)
  await syncToRest(given.domain)
  await setSettings(given, { holdAbovePercent: 1 })
  await choose(given, 'mapping', {})
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ state: 'finished', check_state: 'passed', held_at: null, pushed: MANY })
  await expectLaw(sandbox, given)
})

test('fewer than a hundred profiles are never held', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(99, (i) => ({ email: `c${i}@example.com`, tags: ['vip'] })),
  )
  await choose(given, 'mapping', withoutTags)
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ state: 'finished', check_state: null, pushed: 99 })
  await expectLaw(sandbox, given)
})

test('who chose that runs go on whatever they change is not asked', async () => {
  const given = await givenConnectedShop(sandbox, many)
  await setSettings(given, { holdAbovePercent: null })
  await choose(given, 'mapping', withoutTags)
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ state: 'finished', check_state: null, pushed: MANY })
  await expectLaw(sandbox, given)
})

test('a run that is held goes on when that choice is made meanwhile', async () => {
  const given = await givenHeldRun()
  await setSettings(given, { holdAbovePercent: null })
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ id: given.run, state: 'finished', pushed: MANY })
  await expectLaw(sandbox, given)
})

test('the first sync of an account is not held, nor one after a reset', async () => {
  const given = await givenConnectedShop(sandbox, many)
  expect(await runsOf(given)).toMatchObject([{ kind: 'full', state: 'finished', check_state: null }])
  await choose(given, 'mapping', withoutTags)
  await switchOff(given)
  await syncToRest(given.domain)
  await switchOn(given, 'past_and_future', { resetWord: 'RESET' })
  await syncToRest(given.domain)
  const runs = await runsOf(given)
  expect(runs.find(({ kind }) => kind === 'full')).toMatchObject({ state: 'finished', pushed: MANY })
  expect(runs.filter(({ held_at }) => held_at)).toEqual([])
  await expectLaw(sandbox, given)
})

test('of two who answer at once, one does it and the other is told', async () => {
  const given = await givenHeldRun()
  const answers = await Promise.all(Array.from({ length: 8 }, (_, i) => goOn(given, given.run, `Member ${i}`)))
  expect(answers.filter(({ kind }) => kind === 'confirmed')).toHaveLength(1)
  expect(answers.filter(({ kind }) => kind === 'not_held')).toHaveLength(7)
  await syncToRest(given.domain)
  expect((await runsOf(given)).filter(({ pushed }) => pushed === MANY)).toHaveLength(2)
})

test('of a yes and a no at once, one counts', async () => {
  const given = await givenHeldRun()
  const [yes, no] = await Promise.all([goOn(given, given.run), cancel(given, given.run)])
  expect([yes.kind, no.kind]).toSatisfy(
    (kinds: string[]) => String(kinds) === 'confirmed,cancelled' || String(kinds) === 'not_held,cancelled',
  )
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ state: 'cancelled' })
  expect(having(given, 'shopify_tags')).toBe(MANY)
})

test('another shop cannot answer, nor can an id that is none', async () => {
  const given = await givenHeldRun()
  const other = await givenConnectedShop(sandbox)
  expect(await goOn(other, given.run)).toEqual({ kind: 'not_held' })
  expect(await goOn(given, 'none')).toEqual({ kind: 'not_held' })
  expect(await lastRun(given)).toMatchObject({ check_state: 'held' })
})

test('changes of customers are sent meanwhile, by the new mapping', async () => {
  const given = await givenHeldRun()
  const { id } = given.shop.customers.ascending()[0]!
  await tell(given.domain, given.shop.customers.update(id, { firstName: 'Grace' }))
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(having(given, 'shopify_tags')).toBe(MANY - 1)
  expect(await lastRun(given)).toMatchObject({ check_state: 'held' })
})

test('a choice that is saved while a run is held begins it again, by the newer choice', async () => {
  const given = await givenHeldRun()
  const sent = sentSince(given)
  await choose(given, 'mapping', {})
  await syncToRest(given.domain)
  expect((await runsOf(given)).find(({ id }) => id === given.run)).toMatchObject({ state: 'finished', pushed: 0 })
  expect(await goOn(given, given.run), 'an answer to the old count').toEqual({ kind: 'not_held' })
  expect(sent()).toBe(0)
  await expectLaw(sandbox, given)
})

test('a slip that is saved just after a yes is counted as well', async () => {
  const given = await givenHeldRun(withoutPoints)
  await goOn(given, given.run)
  await choose(given, 'mapping', { ...withoutTags, ...withoutPoints })
  await syncUntilHeld(given)
  expect(await lastRun(given)).toMatchObject({ id: given.run, confirmed_at: null })
  expect(having(given, 'shopify_tags')).toBe(MANY)
})

test('a held run waits while the integration is off, and is still held when it is on again', async () => {
  const given = await givenHeldRun()
  await switchOff(given)
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ state: 'paused', check_state: 'held' })
  await switchOn(given, 'resume')
  await syncUntilHeld(given)
  expect(await lastRun(given)).toMatchObject({ id: given.run, state: 'reading' })
  await switchOff(given)
  await syncToRest(given.domain)
  expect(await goOn(given, given.run)).toEqual({ kind: 'confirmed' })
  const sent = sentSince(given)
  await syncToRest(given.domain)
  expect(sent()).toBe(0)
  await switchOn(given, 'resume')
  await syncToRest(given.domain)
  expect(having(given, 'shopify_tags')).toBe(0)
  await expectLaw(sandbox, given)
})

test('after a week without an answer the run is cancelled, and says so', async () => {
  const given = await givenHeldRun()
  skip(LONGEST_HOLD_MS - HOUR_MS)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(await lastRun(given)).toMatchObject({ state: 'reading', check_state: 'held' })
  skip(HOUR_MS)
  await syncToRest(given.domain)
  expect(await lastRun(given)).toMatchObject({ state: 'cancelled', failure: 'unanswered', pushed: 0 })
  expect(having(given, 'shopify_tags')).toBe(MANY)
  expect(await goOn(given, given.run)).toEqual({ kind: 'not_held' })
})

test('what a dry run counted and the merchant then saved is not asked again', async () => {
  const given = await givenConnectedShop(sandbox, many)
  const { domain } = given
  const choice = { ...defaultMapping, ...withoutTags }
  const asked = { subject: 'mapping', choice, version: await versionOf(given), by: 'Ada', now: clock() } as const
  expect((await startDryRun(domain, asked)).kind).toBe('started')
  await syncToRest(domain)
  const { id } = (await findDryRun(domain))!
  expect(await carryOutDryRun(domain, { id, by: 'Ada', now: clock() })).toMatchObject({ change: { kind: 'saved' } })
  await syncToRest(domain)
  expect(await lastRun(given)).toMatchObject({ state: 'finished', held_at: null, pushed: MANY })
  await expectLaw(sandbox, given)
  expect((await choose(given, 'mapping', { ...withoutTags, ...withoutPoints })).kind).toBe('saved')
  await syncUntilHeld(given)
})

test('a night finds what happened in Shopify, and is held by it', async () => {
  const given = await givenConnectedShop(sandbox, many, { nightly: true })
  for (const { id } of given.shop.customers.ascending()) given.shop.customers.update(id, { firstName: 'Grace' })
  await skipToNight(sandbox, given)
  await syncUntilHeld(given)
  expect(await lastRun(given)).toMatchObject({ trigger: 'nightly', would_change: MANY })
})

test('a process that dies while it counts loses and counts nothing twice', async () => {
  await prepareKilling(sandbox)
  const given = await givenConnectedShop(sandbox, many)
  await choose(given, 'mapping', withoutTags)
  for (let looks = 2; (await lastRun(given)).check_state !== 'held'; looks += 3) {
    await syncUntilKilled(sandbox, given, looks)
    skip(16_000)
    expect(looks, 'counted at last').toBeLessThan(300)
  }
  expect(await lastRun(given)).toMatchObject({ would_change: MANY, checked: MANY, check_of: MANY, pushed: 0 })
})

test('where Shopify refuses files, the pages are counted', async () => {
  const given = await givenConnectedShop(sandbox, many)
  sandbox.shopify.faults.cause({ kind: 'bulk-refused', how: 'user-errors', times: 5 })
  await choose(given, 'mapping', withoutTags)
  await syncUntilHeld(given)
  expect(await lastRun(given)).toMatchObject({ by_pages: true, would_change: MANY })
  await goOn(given, (await lastRun(given)).id)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})
