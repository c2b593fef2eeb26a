import { expect, test, vi } from 'vitest'
import { customerTopics } from '#app/core/flow/customer-topics.ts'
import type { ActivityEntry, ActivityPage, RunReport } from '#app/core/report/activity.ts'
import { findConnection, refuseConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { saveWebhookCounts } from '#app/sync/intake/count-webhooks.ts'
import { listActivity } from '#app/sync/report/list-activity.ts'
import { loadRun } from '#app/sync/report/load-run.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { skipToNight } from '#test/support/night.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const MANY = 20
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const many = (shop: Shop) =>
  shop.customers.createMany(MANY, (i) => ({
    email: `c${i}@example.com`,
    points: 1,
    updatedAt: '2026-01-01T00:00:00Z',
  }))

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const activityOf = async (
  { domain }: InstalledShop,
  page: { after?: string | null; limit?: number; viewer?: string } = {},
) => {
  await saveWebhookCounts()
  return listActivity(domain, { after: null, limit: 50, viewer: null, ...page, now: clock() })
}
const runsIn = ({ entries }: ActivityPage): RunReport[] =>
  entries.flatMap((entry) => (entry.kind === 'run' ? [entry.run] : []))
const hoursIn = ({ entries }: ActivityPage) => entries.flatMap((entry) => (entry.kind === 'hour' ? [entry] : []))
/** The sum over all hours: a test may run past the end of one. */
async function hoursTogether(given: InstalledShop) {
  const total = { webhooks: 0, read: 0, pushed: 0, unchanged: 0, excluded: 0, issues: 0 }
  for (const entry of hoursIn(await activityOf(given))) {
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += entry[name]
  }
  return total
}
const startRun = ({ domain }: InstalledShop, by: string | null = null) =>
  startFullSync(domain, { trigger: 'by_hand', by, now: clock() })
const atOf = (entry: ActivityEntry) => Date.parse(entry.kind === 'run' ? entry.run.startedAt : entry.startedAt)
const change = async ({ domain, shop }: InstalledShop, index: number, firstName: string) =>
  tell(domain, shop.customers.update(shop.customers.ascending()[index]!.id, { firstName }))

test('runs are listed newest first, with trigger, member of staff, results, and how they ended', async () => {
  const given = await givenConnectedShop(sandbox, many, { nightly: true })
  skip(2 * HOUR_MS)
  given.shop.customers.update(idOf(given, 0), { firstName: 'New' })
  await startRun(given, 'Ada')
  await syncToRest(given.domain)
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  skip(2 * HOUR_MS)
  await startRun(given, 'Ada')
  const open = (await loadSyncCard(given.domain, clock())).run!
  await cancelRun(given.domain, { run: open.id, by: 'Ben', now: clock() })
  await switchOff(given)
  skip(MINUTE_MS)
  await switchOn(given, 'future', { by: 'Ben' })
  await disconnectKlaviyo(given.domain, clock())

  const page = await activityOf(given, { viewer: 'Ada' })
  const counted = { excluded: 0, issues: 0, expected: MANY, read: MANY, remainingMs: null, stall: null }
  const ada = { staff: 'Ada', isYou: true }
  const ben = { staff: 'Ben', isYou: false }
  const ended = expect.any(String)
  expect(runsIn(page)).toMatchObject([
    {
      kind: 'baseline',
      trigger: 'switched_on',
      startedBy: ben,
      state: 'cancelled',
      end: { why: 'disconnected' },
      read: 0,
    },
    {
      kind: 'full',
      trigger: 'by_hand',
      startedBy: ada,
      state: 'cancelled',
      end: { why: 'cancelled_by_hand', by: ben },
      endedAt: ended,
    },
    { kind: 'reconcile', trigger: 'nightly', startedBy: null, end: null, pushed: 0, unchanged: MANY, ...counted },
    { kind: 'full', trigger: 'by_hand', startedBy: ada, end: null, pushed: 1, unchanged: MANY - 1, ...counted },
    {
      kind: 'full',
      trigger: 'connecting',
      startedBy: null,
      state: 'finished',
      endedAt: ended,
      pushed: MANY,
      ...counted,
    },
  ])
  const times = page.entries.map(atOf)
  expect(times).toEqual([...times].sort((a, b) => b - a))
  expect(page).toMatchObject({ timeZone: 'Europe/Berlin', next: null })
})

test('runs are shown with the way they ended: superseded, reset, Shopify unavailable for a day', async () => {
  const given = await givenConnectedShop(sandbox, many)
  skip(2 * HOUR_MS)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart' })
  await startRun(given)
  await syncToRest(given.domain)
  sandbox.shopify.faults.clear()
  skip(2 * HOUR_MS)
  await startRun(given)
  await switchOff(given)
  skip(1_000)
  await switchOn(given, 'past_and_future')
  await switchOff(given)
  skip(1_000)
  await switchOn(given, 'future', { resetWord: 'RESET' })
  await syncToRest(given.domain)
  expect(runsIn(await activityOf(given)).map(({ kind, state, end }) => ({ kind, state, end }))).toEqual([
    { kind: 'baseline', state: 'finished', end: null },
    { kind: 'full', state: 'cancelled', end: { why: 'reset' } },
    { kind: 'full', state: 'cancelled', end: { why: 'superseded' } },
    { kind: 'full', state: 'failed', end: { why: 'shopify_away' } },
    { kind: 'full', state: 'finished', end: null },
  ])
})

test('an hour shows what automatic syncing did in it; a full sync adds nothing, nor does the confirming read', async () => {
  const given = await givenConnectedShop(sandbox, many)
  expect(hoursIn(await activityOf(given)), 'the first full sync').toEqual([])
  skip(2 * HOUR_MS)
  for (const index of [1, 2, 3]) await change(given, index, 'New')
  await change(given, 1, 'Newer')
  await tell(given.domain, given.shop.customers.get(idOf(given, 6))!)
  await syncToRest(given.domain)
  const told = { webhooks: 5, read: 4, pushed: 3, unchanged: 1, excluded: 0, issues: 0 }
  expect(await hoursTogether(given)).toEqual(told)

  given.shop.customers.update(idOf(given, 7), { firstName: 'Untold' })
  await startRun(given)
  await syncToRest(given.domain)
  expect(await hoursTogether(given)).toEqual(told)
})

test.each([
  ['lost their address', { excluded: 1 }, (shop: Shop, id: string) => shop.customers.update(id, { email: null })],
  ['has a malformed one', { issues: 1 }, (shop: Shop, id: string) => shop.customers.update(id, { email: 'a@@b' })],
  ['was deleted', {}, (shop: Shop, id: string) => shop.customers.remove(id)],
])(
  'a customer that %s is counted once in its hour, although it is read once more to confirm',
  async (_what, counted, happen) => {
    const given = await givenConnectedShop(sandbox, many)
    skip(2 * HOUR_MS)
    const id = idOf(given, 4)
    happen(given.shop, id)
    await tellUndated(given.domain, id)
    await syncToRest(given.domain)
    const none = { pushed: 0, unchanged: 0, excluded: 0, issues: 0 }
    expect(await hoursTogether(given)).toEqual({ ...none, webhooks: 1, read: 1, ...counted })
  },
)

test('an hour in which only webhooks arrived, while it was off, is listed too', async () => {
  const given = await givenConnectedShop(sandbox, many)
  await switchOff(given)
  skip(2 * HOUR_MS)
  await change(given, 1, 'New')
  expect(hoursIn(await activityOf(given))).toMatchObject([{ webhooks: 1, read: 0, pushed: 0 }])
})

test.each([1, 2, 3, 7])('page by page (%i at a time) everything is listed once', async (limit) => {
  const given = await givenConnectedShop(sandbox, many)
  for (let i = 0; i < 5; i++) {
    skip(HOUR_MS + MINUTE_MS)
    await change(given, 1, `Round ${i}`)
    if (i % 2) await startRun(given)
    await syncToRest(given.domain)
  }
  const whole = await activityOf(given)
  const paged: ActivityEntry[] = []
  let after: string | null = null
  do {
    const page: ActivityPage = await activityOf(given, { after, limit })
    expect(page.entries.length).toBeLessThanOrEqual(limit)
    paged.push(...page.entries)
    after = page.next
  } while (after)
  expect(paged).toEqual(whole.entries)
})

test.each([
  '',
  'nonsense',
  '2026',
  "'; drop table sync_run --",
  '9999-99-99T00:00:00Z x',
  '-271821-04-20T00:00:00.000Z x',
  '2026-01-01T00:00:00Z \u0000',
])('a page after something that is no place in the list does no harm (%j)', async (after) => {
  const given = await givenConnectedShop(sandbox, many)
  expect((await activityOf(given, { after })).entries.length).toBeLessThanOrEqual(1)
  expect((await activityOf(given)).entries).toHaveLength(1)
})

test('one shop’s activity shows nothing of another’s, and its runs cannot be opened by the other', async () => {
  const [given, other] = [await givenConnectedShop(sandbox, many), await givenConnectedShop(sandbox, many)]
  const [run] = runsIn(await activityOf(given))
  const view = { viewer: null, now: clock() }
  expect(await loadRun(given.domain, run!.id, view)).toMatchObject({ run: { id: run!.id, pushed: MANY } })
  expect(await loadRun(other.domain, run!.id, view)).toBeNull()
  expect(await loadRun(given.domain, crypto.randomUUID(), view)).toBeNull()
  expect(await loadRun(given.domain, 'no run', view)).toBeNull()
  expect(runsIn(await activityOf(other)).map(({ id }) => id)).not.toContain(run!.id)
  expect(await activityOf({ ...given, domain: 'stranger.myshopify.com' as InstalledShop['domain'] })).toMatchObject({
    entries: [],
    silence: null,
  })
})

/** The shop's own webhooks are sent, and their topics recorded. */
async function hear(given: InstalledShop, happen: () => void): Promise<void> {
  given.shop.webhooks.automatic = true
  happen()
  await given.shop.webhooks.flush()
  given.shop.webhooks.automatic = false
}

const receivedIn = (page: ActivityPage) =>
  page.topics.filter(({ receivedAt }) => receivedAt !== null).map(({ topic }) => topic)

test('for each topic it is shown when it was last received, newest first, those never received at the end', async () => {
  const given = await givenConnectedShop(sandbox, many)
  expect((await activityOf(given)).topics).toEqual(customerTopics.map((topic) => ({ topic, receivedAt: null })))

  await hear(given, () => given.shop.customers.update(idOf(given, 1), { firstName: 'New' }))
  skip(2 * MINUTE_MS)
  await hear(given, () => given.shop.customers.addTags(idOf(given, 1), 'vip'))
  skip(2 * MINUTE_MS)
  await hear(given, () => given.shop.customers.setLoyalty(idOf(given, 1), { points: 5 }))
  await vi.waitFor(async () => expect(receivedIn(await activityOf(given))[0]).toBe('Customer'), { timeout: 20_000 })

  const { topics } = await activityOf(given)
  const heardTopics = receivedIn(await activityOf(given))
  expect(heardTopics).toEqual(expect.arrayContaining(['Customer', 'customer.tags_added', 'customers/update']))
  const times = topics.flatMap(({ receivedAt }) => (receivedAt ? [Date.parse(receivedAt)] : []))
  expect(times).toEqual([...times].sort((a, b) => b - a))
  expect(topics.map(({ topic }) => topic).toSorted()).toEqual([...customerTopics].sort())
  expect(topics.slice(times.length).every(({ receivedAt }) => receivedAt === null)).toBe(true)
})

test('when webhooks stopped for more than a day and the nightly comparison finds changes, that is shown, until one is received', async () => {
  const given = await givenConnectedShop(sandbox, many, { nightly: true })
  await hear(given, () => given.shop.customers.update(idOf(given, 0), { firstName: 'Told' }))
  await vi.waitFor(async () => expect(receivedIn(await activityOf(given))).toContain('customers/update'), {
    timeout: 20_000,
  })
  const receivedAt = (await activityOf(given)).topics[0]!.receivedAt
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  skip(2 * DAY_MS)
  for (const index of [1, 2, 3]) given.shop.customers.update(idOf(given, index), { firstName: 'Untold' })
  expect((await activityOf(given)).silence).toBeNull()
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)

  const { silence } = await activityOf(given)
  expect(silence).toEqual({ customers: 3, lastReceivedAt: receivedAt, foundAt: expect.any(String) })
  skip(MINUTE_MS)
  await hear(given, () => given.shop.customers.update(idOf(given, 4), { firstName: 'Told again' }))
  await vi.waitFor(async () => expect((await activityOf(given)).silence).toBeNull(), { timeout: 20_000 })
})

test.each([
  ['only points differed, which Shopify may tell nobody of', 'points'],
  ['nothing differed', 'nothing'],
] as const)('a quiet shop in which %s is not called silent', async (_what, differs) => {
  const given = await givenConnectedShop(sandbox, many, { nightly: true })
  skip(2 * DAY_MS)
  if (differs === 'points')
    for (const index of [1, 2, 3]) given.shop.customers.setLoyalty(idOf(given, index), { points: 500 })
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(runsIn(await activityOf(given))[0]).toMatchObject({ kind: 'reconcile', pushed: differs === 'points' ? 3 : 0 })
  expect((await activityOf(given)).silence).toBeNull()
})

test('one lost webhook in a shop from which others are received is no silence', async () => {
  const given = await givenConnectedShop(sandbox, many, { nightly: true })
  skip(2 * DAY_MS)
  await hear(given, () => given.shop.customers.update(idOf(given, 0), { firstName: 'Told' }))
  await vi.waitFor(async () => expect(receivedIn(await activityOf(given))).toContain('customers/update'), {
    timeout: 20_000,
  })
  given.shop.customers.update(idOf(given, 1), { firstName: 'Untold' })
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(runsIn(await activityOf(given))[0]).toMatchObject({ kind: 'reconcile', pushed: 1 })
  expect((await activityOf(given)).silence).toBeNull()
})

/** Queued at connecting: no worker has started yet. */
async function givenQueuedRun(count = MANY): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  return given
}

async function stallsOf(given: InstalledShop) {
  const now = clock()
  const { run } = await loadSyncCard(given.domain, now)
  const page = await loadRun(given.domain, run!.id, { viewer: null, now })
  const [listed] = runsIn(await listActivity(given.domain, { after: null, limit: 5, viewer: null, now }))
  return { card: run!.stall, page: page!.run.stall, listed: listed!.stall }
}
const everywhere = (stall: unknown) => ({ card: stall, page: stall, listed: stall })

test('a run that no worker advances for a minute is stalled: there is no worker', async () => {
  const given = await givenQueuedRun()
  skip(MINUTE_MS - 5_000)
  expect(await stallsOf(given)).toEqual(everywhere(null))
  skip(10_000)
  expect(await stallsOf(given)).toMatchObject(everywhere({ why: 'no_worker' }))
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', shop: given.domain, times: 1 })
  await syncOneTurn(given)
  expect(await stallsOf(given), 'one came').toEqual(everywhere(null))
})

test('a run that Klaviyo keeps waiting is stalled, with the end of the wait', async () => {
  const given = await givenQueuedRun(60)
  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 300 })
  for (let i = 0; i < 12; i++) {
    await syncOneTurn(given)
    skip(MINUTE_MS)
  }
  await syncOneTurn(given)
  const { card } = await stallsOf(given)
  expect(await stallsOf(given)).toEqual(everywhere(card))
  expect(card).toMatchObject({ why: 'klaviyo_throttled', until: expect.any(String) })
  expect(Date.parse((card as { until: string }).until)).toBeGreaterThan(Date.now())
})

test('a run that waits for a key is stalled: Klaviyo refuses', async () => {
  const given = await givenQueuedRun()
  await refuseConnection((await findConnection(given.domain, autocommit))!, clock())
  skip(11 * MINUTE_MS)
  expect(await stallsOf(given)).toMatchObject(everywhere({ why: 'klaviyo_refused' }))
})

test('a run whose last import does not end is stalled: Klaviyo has the profiles', async () => {
  const given = await givenQueuedRun(60)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob', account: given.accountId })
  for (let i = 0; i < 13; i++) {
    await syncOneTurn(given)
    skip(MINUTE_MS)
  }
  expect(await stallsOf(given)).toMatchObject(everywhere({ why: 'klaviyo_importing' }))
  sandbox.klaviyo.faults.release('stuckJob')
})

test('a paused run is not stalled, however long it is paused', async () => {
  const given = await givenQueuedRun()
  await switchOff(given)
  skip(DAY_MS)
  expect(await stallsOf(given)).toEqual(everywhere(null))
})
