import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CustomerId, customerNumber } from '#app/core/ids.ts'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import type { MappedValue } from '#app/core/profile/mapped-values.ts'
import type { TurnOn } from '#app/core/report/integration-change.ts'
import { createWebServer } from '#app/server.ts'
import { autocommit } from '#app/store/database.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { cancelDryRun } from '#app/sync/dry-run/cancel-dry-run.ts'
import { startDryRun } from '#app/sync/dry-run/start-dry-run.ts'
import { retryList, syncNow } from '#app/sync/intake/sync-now.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { confirmRun } from '#app/sync/status/confirm-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { turnOn } from '#app/sync/status/turn-on.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { foundAppOf } from '#test/sandbox/found-app.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { liveOn } from '#test/sandbox/shop-life.ts'
import { type OddShape, oddShapes } from '#test/sandbox/shopify/customers/odd-record.ts'
import type { Fault } from '#test/sandbox/shopify/faults.ts'
import type { LoyaltyApp } from '#test/sandbox/shopify/loyalty-apps/loyalty-app.ts'
import { type LoyaltyAppName, loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { pick, type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { expectSums } from '#test/support/card-sums.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { randomAudience, randomDestination, randomMapping, someOf } from './random-choices.ts'

const FIRST_SEED = Number(process.env.CONVERGENCE_SEED ?? 1)
const SEEDS = Number(process.env.CONVERGENCE_SEEDS ?? 25)

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const server = createWebServer((_request, response) => response.writeHead(404).end())

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  sandbox.shopify.setAppUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => void server.close())

const DAY_MS = 24 * 60 * 60_000

/** Thrown from a random read of the clock on, like a process that is killed there. */
class Killed extends Error {}

const klaviyoFaults: readonly ((random: Random) => FaultSpec)[] = [
  (random) => ({ kind: 'throttle', retryAfterSeconds: 1 + Math.floor(random() * 20), times: 1 }),
  (random) => ({
    kind: 'status',
    status: pick(random, [500, 502, 503, 504] as const),
    times: 1 + Math.floor(random() * 4),
  }),
  () => ({ kind: 'resetBefore', times: 2 }),
  () => ({ kind: 'resetAfter', times: 2 }),
  () => ({ kind: 'truncate', times: 1 }),
  () => ({ kind: 'empty', times: 1 }),
  () => ({ kind: 'cancelJob' }),
  (random) => ({
    kind: 'edge',
    status: pick(random, [401, 403, 404] as const),
    page: pick(random, ['challenge', 'html', 'empty'] as const),
    times: 1 + Math.floor(random() * 4),
  }),
  (random) => ({
    kind: 'retired',
    status: pick(random, [406, 410, 415] as const),
    times: 1 + Math.floor(random() * 3),
  }),
  () => ({ kind: 'dropProfiles', count: 2 }),
  (random) => ({ kind: 'oddEcho', echo: pick(random, ['keys', 'order', 'identifiers'] as const) }),
  () => ({ kind: 'slowJob', ms: 3 * 60_000 }),
  () => ({ kind: 'othersImports', ageMs: 3_000, times: 5 }),
]
const shopifyFaults: readonly ((random: Random) => Fault)[] = [
  () => ({ kind: 'throttled', times: 1 }),
  () => ({ kind: 'status', status: 503, times: 1 }),
  () => ({ kind: 'reset', when: 'before', times: 1 }),
  () => ({ kind: 'reset', when: 'after', times: 1 }),
  (random) => ({
    kind: 'stale-reads',
    forMs: random() * 8_000,
    times: 3,
    changes: ['updated', 'metafield', 'tags-added', 'created', 'removed'],
  }),
  (random) => ({ kind: 'download-cut', afterBytes: Math.floor(random() * 20_000), times: 1 }),
  () => ({ kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR', times: 1 }),
  () => ({ kind: 'bulk-canceled', times: 1 }),
  () => ({ kind: 'url-expired', times: 1 }),
  (random) => ({ kind: 'too-many-requests', retryAfterSeconds: 1 + Math.floor(random() * 40), times: 1 }),
  (random) => ({
    kind: 'status',
    status: pick(random, [401, 402, 403, 404, 423] as const),
    times: 1 + Math.floor(random() * 3),
  }),
  () => ({ kind: 'address-refused', times: 2 }),
  () => ({ kind: 'token-revoked', times: 1 }),
  () => ({ kind: 'token-without-end', times: 1 }),
  (random) => ({
    kind: 'field-denied',
    fields: [
      pick(random, ['Customer.firstName', 'Customer.defaultAddress', 'Customer.tags', 'Customer.metafield'] as const),
    ],
    times: 1 + Math.floor(random() * 20),
  }),
  () => ({ kind: 'field-failed', fields: ['Customer.tags'], times: 2 }),
  (random) => ({ kind: 'bulk-refused', how: pick(random, ['errors', 'user-errors'] as const), times: 1 }),
  () => ({ kind: 'orphan-rows', rows: 3, times: 1 }),
  (random) => ({ kind: 'finish-webhook', how: pick(random, ['lost', 'early', 'double'] as const), times: 1 }),
]

/** Does one of the things that may happen in a shop, chosen at random. */
async function doSomething(
  { domain, shop, accountId, app }: InstalledShop & { app: LoyaltyApp | null },
  ids: readonly string[],
  random: Random,
): Promise<void> {
  const chosen = random()
  if (chosen < 0.4) for (let i = Math.floor(random() * 15); i >= 0; i--) liveOn(shop, ids, random, app)
  else if (chosen < 0.48) sandbox.klaviyo.faults.add(pick(random, klaviyoFaults)(random))
  else if (chosen < 0.55) sandbox.shopify.faults.cause(pick(random, shopifyFaults)(random))
  else if (chosen < 0.56) makeOdd(domain, ids, random)
  else if (chosen < 0.61) skip(random() * 90 * 60_000)
  else if (chosen < 0.64) await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
  else if (chosen < 0.68) await switchOver(domain, random)
  else if (chosen < 0.685) await cancelWhateverRuns(domain)
  else if (chosen < 0.69) await answerWhatIsHeld(domain, random)
  else if (chosen < 0.7) await chooseDelay(domain, random)
  else if (chosen < 0.72) await chooseMapping(domain, random)
  else if (chosen < 0.75) await chooseAudience(domain, shop, random)
  else if (chosen < 0.78) await chooseDestination(domain, accountId, random)
  else if (chosen < 0.79) await chooseLoyalty(domain, random)
  else if (chosen < 0.8) regroup(shop, ids, random)
  else if (chosen < 0.81) await retryList(domain, pick(random, retried), clock())
  else if (chosen < 0.82) await syncNow(domain, customersAmong(ids, random), clock())
  else if (chosen < 0.825) await shop.webhooks.flush()
  else if (chosen < 0.84) await playSomething(domain, random)
  else if (chosen < 0.89) await syncUntilKilled(domain, Math.floor(random() * 60))
  else await syncShop(domain, { clock, signal: AbortSignal.timeout(20_000), sliceMs: random() * 40 })
}

/** Lists that the merchant may have synced again. */
const retried = ['no_email', 'invalid_email', 'other', 'rules', 'already_in_klaviyo'] as const

/** The merchant chooses some customers of a page. */
function customersAmong(ids: readonly string[], random: Random): CustomerId[] {
  return someOf(ids, random)
    .slice(0, 20)
    .map((id) => customerNumber.parse(id))
}

/** A customer's record takes an unexpected shape. */
function makeOdd(shop: InstalledShop['domain'], ids: readonly string[], random: Random): void {
  const how = pick(random, Object.keys(oddShapes) as OddShape[])
  sandbox.shopify.faults.cause({ kind: 'odd-record', customer: pick(random, ids), how, shop })
}

/** The merchant turns the integration off, or on again in one of the ways offered. */
async function switchOver(domain: InstalledShop['domain'], random: Random): Promise<void> {
  const { status, settingsVersion: version } = (await findShop(domain))!
  if (status === 'on') await turnOff(domain, { version, now: clock() })
  else await turnBackOn(domain, pick(random, ['resume', 'future', 'past_and_future'] as const))
}

async function turnBackOn(domain: InstalledShop['domain'], wanted: TurnOn): Promise<void> {
  const { settingsVersion: version } = (await findShop(domain))!
  const request = { version, resetWord: null, syncDelayMs: null, by: null, now: clock() }
  const change = await turnOn(domain, { ...request, how: wanted })
  if (change.kind !== 'turned_on') await turnOn(domain, { ...request, how: 'past_and_future' })
}

async function cancelWhateverRuns(domain: InstalledShop['domain']): Promise<void> {
  const run = await findOpenRun(domain, autocommit)
  if (run) await cancelRun(domain, { run: run.id, by: null, now: clock() })
}

/** The merchant answers a run that is held. */
async function answerWhatIsHeld(domain: InstalledShop['domain'], random: Random): Promise<boolean> {
  const run = await findOpenRun(domain, autocommit)
  if (run?.check?.state !== 'held') return false
  const answer = random() < 0.7 ? confirmRun : cancelRun
  await answer(domain, { run: run.id, by: null, now: clock() })
  return true
}

/** Runs turns until only the clock could bring more, and answers what is held: at last always with yes. */
async function answerToRest(domain: InstalledShop['domain'], random: Random): Promise<void> {
  for (let turns = 0; turns < 2_000; turns++) {
    const next = await syncShop(domain, { clock, signal: AbortSignal.timeout(20_000) })
    if (await answerWhatIsHeld(domain, turns < 100 ? random : () => 0)) continue
    if (!next) return
    skip(next.getTime() - Date.now())
  }
  throw new Error(`${domain} did not come to rest`)
}

/** Whether only the nightly comparison can find all changes: after a cancelled run, an odd record, or a change of segments, which is not reported. */
async function needsTheNight({ domain, shop }: InstalledShop): Promise<boolean> {
  const cancelled = `select 1 from sync_run where shop = $1 and failure in ('cancelled_by_hand', 'unanswered')`
  const odd = `select 1 from profile where shop = $1 and code in ('unreadable_record', 'fields_withheld')`
  const found = await Promise.all([cancelled, odd].map((query) => rowsIn(sandbox.databaseUrl, query, [domain])))
  return regrouped.has(shop) || found.some((rows) => rows.length > 0)
}

/** The merchant plays a full sync or a choice of field mapping without sending, or stops that. */
async function playSomething(domain: InstalledShop['domain'], random: Random): Promise<void> {
  if (random() < 0.3) await cancelDryRun(domain, clock())
  const draft = random() < 0.5 ? randomMapping(foundIn.get(domain), random) : null
  const asked = { version: null, by: null, now: clock() }
  await startDryRun(domain, { ...asked, subject: draft ? 'mapping' : 'full', choice: draft })
}

async function chooseDelay(domain: InstalledShop['domain'], random: Random): Promise<void> {
  const { settingsVersion: version } = (await findShop(domain))!
  const choice = {
    syncDelayMs: pick(random, [0, 60_000, 15 * 60_000]),
    nightlyReconcile: true,
    hourlyCheck: random() < 0.3,
    holdAbovePercent: pick(random, [null, 1, 5, 30]),
  }
  await saveSetting(domain, 'syncing', { version, choice, now: clock() })
}

async function chooseAudience(domain: InstalledShop['domain'], shop: Shop, random: Random): Promise<void> {
  const { settingsVersion: version } = (await findShop(domain))!
  await saveSetting(domain, 'audience', { version, choice: randomAudience(shop, random), now: clock() })
}

async function chooseDestination(domain: InstalledShop['domain'], accountId: string, random: Random): Promise<void> {
  const { settingsVersion: version } = (await findShop(domain))!
  const choice = randomDestination(sandbox.klaviyo.account(accountId).lists, random)
  await saveSetting(domain, 'destination', { version, choice, now: clock() })
}

async function chooseLoyalty(domain: InstalledShop['domain'], random: Random): Promise<void> {
  const { settingsVersion: version } = (await findShop(domain))!
  const choice = { ...defaultLoyalty, on: random() < 0.7 }
  await saveSetting(domain, 'loyalty', { version, choice, now: clock() })
}

/** Shops whose segments have changed, which is not reported. */
const regrouped = new WeakSet<Shop>()

/** Customers join and leave a segment, which Shopify does not report; or the merchant deletes it. */
function regroup(shop: Shop, ids: readonly string[], random: Random): void {
  const segment = pick(random, shop.segments.all())
  if (!segment) return
  regrouped.add(shop)
  if (random() < 0.1) shop.segments.remove(segment.id)
  else shop.segments.setMembers(segment.id, someOf(ids, random))
}

/** The rows that the mapping page offers for a shop's loyalty app. */
const foundIn = new Map<InstalledShop['domain'], readonly MappedValue[]>()

async function chooseMapping(domain: InstalledShop['domain'], random: Random): Promise<void> {
  const { settingsVersion: version } = (await findShop(domain))!
  await saveSetting(domain, 'mapping', { version, choice: randomMapping(foundIn.get(domain), random), now: clock() })
}

async function syncUntilKilled(domain: InstalledShop['domain'], looks: number): Promise<void> {
  let remaining = looks
  const dyingClock = () => {
    if (remaining-- <= 0) throw new Killed()
    return clock()
  }
  await syncShop(domain, { clock: dyingClock, signal: AbortSignal.timeout(20_000) }).catch((error) => {
    if (!(error instanceof Killed)) throw error
  })
}

test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
  'whatever happens in between, the one law holds in the end (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    const installed = await givenInstalledShop(sandbox, { nightly: true, b2b: random() < 0.3 })
    const { domain, shop, key, accountId } = installed
    const appName = random() < 0.75 ? pick(random, Object.keys(loyaltyApps) as LoyaltyAppName[]) : null
    const program = appName && { loyaltyApp: appName, odd: random() < 0.3 }
    seedCustomers(shop, { count: 20 + Math.floor(random() * 260), seed, refused: true, ...program })
    const app = appName && loyaltyApps[appName]
    const found = app && foundAppOf(shop)
    if (found) foundIn.set(domain, found.rows)
    const ids = [...shop.customers.all()].map((customer) => customer.id)
    for (const name of ['Regulars', 'Asleep']) shop.segments.add({ name, memberIds: someOf(ids, random) })
    for (const name of ['Customers', 'Friends']) sandbox.klaviyo.account(accountId).addList(name, 'double_opt_in')
    shop.webhooks.automatic = true
    shop.webhooks.configure({
      seed,
      shuffle: true,
      duplicateRate: 0.2,
      holdBackRate: 0.2,
      retryDelayMs: 1,
      debounceMs: 2_000,
    })
    await connectKlaviyo(domain, key, clock(), null, random() < 0.25 ? 'choose' : 'sync')
    if (random() < 0.5) await chooseMapping(domain, random)

    for (let step = 10 + Math.floor(random() * 30); step > 0; step--) {
      // The card's numbers add up at every moment: while something is being done, and after it.
      await Promise.all([doSomething({ ...installed, app }, ids, random), expectSums(sandbox, installed)])
      await expectSums(sandbox, installed)
    }

    sandbox.klaviyo.faults.clear()
    sandbox.shopify.faults.clear()
    await shop.webhooks.flush()
    if ((await findShop(domain))?.status !== 'on') await turnBackOn(domain, pick(random, ['resume', 'future']))
    await answerToRest(domain, random)
    // At rest, so that the comparison that follows may be held.
    if (random() < 0.5) await chooseMapping(domain, random)
    await answerToRest(domain, random)
    if (await needsTheNight(installed)) {
      skip(DAY_MS)
      await answerToRest(domain, () => 0)
    }

    await expectSums(sandbox, installed)
    const law = checkLaw(shop, sandbox.klaviyo.account(accountId), await readLockstepRows(sandbox.databaseUrl, domain))
    expect(law.differences, `CONVERGENCE_SEED=${seed} CONVERGENCE_SEEDS=1 npm run converge`).toEqual([])
    expect(shop.webhooks.stats.givenUp).toBe(0)
  },
)
