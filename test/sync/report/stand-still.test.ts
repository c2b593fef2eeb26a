import { expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import type { Fault } from '#test/sandbox/shopify/faults.ts'
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
import { setSettings, switchOff } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const MINUTE_MS = 60_000

const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const oneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

/** Something goes wrong at Shopify or Klaviyo, or with the shop's tokens. */
type Wrong =
  | { readonly klaviyo: FaultSpec }
  | { readonly shopify: Fault }
  | { readonly tokens: 'gone' }
  | { readonly worker: 'none' }

async function goesWrong(given: InstalledShop, wrong: Wrong): Promise<void> {
  if ('klaviyo' in wrong) sandbox.klaviyo.faults.add(wrong.klaviyo)
  if ('shopify' in wrong) sandbox.shopify.faults.cause({ ...wrong.shopify, shop: given.domain })
  if ('tokens' in wrong) await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [given.domain])
}

/** For a minute and a bit, with a turn whenever one is due; without a worker there is none. */
async function aMinutePasses(given: InstalledShop, wrong: Wrong): Promise<void> {
  const end = Date.now() + MINUTE_MS + 1_000
  while (Date.now() < end) {
    const next = 'worker' in wrong ? null : await oneTurn(given)
    skip(Math.min(end, Math.max(next?.getTime() ?? end, Date.now() + 500)) - Date.now())
  }
}

const MANY = 60
/** A shop in sync, of whose customers so many have changed since. */
async function givenChanged(count: number): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )
  await tell(
    given.domain,
    ...[...given.shop.customers.all()].map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })),
  )
  return given
}

const liveCauses: readonly (readonly [why: string, count: number, wrong: Wrong])[] = [
  ['klaviyo_throttled', 3, { klaviyo: { kind: 'throttle', retryAfterSeconds: 300 } }],
  ['klaviyo_away', 3, { klaviyo: { kind: 'status', status: 503 } }],
  ['klaviyo_importing', MANY, { klaviyo: { kind: 'stuckJob' } }],
  ['shopify_away', 3, { shopify: { kind: 'status', status: 503 } }],
  ['shopify_away', 3, { shopify: { kind: 'too-many-requests', retryAfterSeconds: 20 } }],
  ['no_worker', 3, { worker: 'none' }],
]

test.each(liveCauses)(
  'changes that stand still say why, and since when, from the second minute on: %s',
  async (why, count, wrong) => {
    const given = await givenChanged(count)
    await goesWrong(given, wrong)
    const since = Date.now()
    if (!('worker' in wrong)) await oneTurn(given)
    expect((await cardOf(given)).liveStall, 'not at once').toBeNull()
    await aMinutePasses(given, wrong)
    const { liveStall } = await cardOf(given)
    expect(liveStall).toMatchObject({ why })
    expect(Math.abs(new Date(liveStall!.since).getTime() - since)).toBeLessThan(5_000)

    sandbox.klaviyo.faults.clear()
    sandbox.shopify.faults.clear()
    skip(10 * MINUTE_MS)
    await syncToRest(given.domain)
    expect(await cardOf(given)).toMatchObject({ liveStall: null, dueSince: null })
    await expectLaw(sandbox, given)
  },
)

const troubles: readonly (readonly [why: string, wrong: Wrong])[] = [
  ['address_not_allowed', { shopify: { kind: 'address-refused' } }],
  ['payment_due', { shopify: { kind: 'status', status: 402 } }],
  ['unauthorized', { tokens: 'gone' }],
]

test.each(troubles)(
  'what Shopify refuses until somebody acts is named at once, with its age: %s',
  async (why, wrong) => {
    const given = await givenChanged(1)
    await goesWrong(given, wrong)
    const since = new Date().toISOString()
    await oneTurn(given)
    await aMinutePasses(given, wrong)
    const card = await cardOf(given)
    expect(card).toMatchObject({ shopifyTrouble: { why }, liveStall: null })
    expect(card.shopifyTrouble!.since >= since).toBe(true)
  },
)

test('a key that Klaviyo refuses is named with its age, and no other cause beside it', async () => {
  const given = await givenChanged(1)
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId })
  await oneTurn(given)
  skip(5 * MINUTE_MS)
  expect(await cardOf(given)).toMatchObject({
    connection: { kind: 'refused', refusedAt: expect.any(String) },
    liveStall: null,
    dueSince: null,
  })
})

const runCauses: readonly (readonly [why: string, wrong: Wrong])[] = [
  ['klaviyo_throttled', { klaviyo: { kind: 'throttle', retryAfterSeconds: 300 } }],
  ['klaviyo_away', { klaviyo: { kind: 'status', status: 503 } }],
  ['klaviyo_importing', { klaviyo: { kind: 'stuckJob' } }],
  ['shopify_away', { shopify: { kind: 'status', status: 503 } }],
  ['shopify_preparing', { shopify: { kind: 'bulk-stalled' } }],
  ['address_not_allowed', { shopify: { kind: 'address-refused' } }],
  ['unauthorized', { tokens: 'gone' }],
  ['no_worker', { worker: 'none' }],
]

test.each(runCauses)('a first sync that stands still says why from the second minute on: %s', async (why, wrong) => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(MANY, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  await goesWrong(given, wrong)
  if (!('worker' in wrong)) await oneTurn(given)
  expect((await cardOf(given)).run).toMatchObject({ trigger: 'connecting', stall: null })
  await aMinutePasses(given, wrong)
  await aMinutePasses(given, wrong)
  expect((await cardOf(given)).run?.stall).toMatchObject({ why, since: expect.any(String) })
})

test('where bulk operations are refused, the run goes on by pages: it does not stand still', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(MANY, (i) => ({ email: `c${i}@example.com` }))
  sandbox.shopify.faults.cause({ kind: 'bulk-refused', how: 'user-errors', shop: given.domain })
  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('the lag is the age of the oldest change that could be sent; what a delay, a switch or a throttle holds back is none', async () => {
  const given = await givenConnectedShop(sandbox)
  const at = () => new Date().toISOString()
  const before = at()
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  skip(3_000)
  await tell(given.domain, given.shop.customers.create({ email: 'ben@example.com' }))
  const { dueSince } = await cardOf(given)
  expect(dueSince! >= before && new Date(dueSince!).getTime() < Date.now() - 2_900).toBe(true)

  await switchOff(given)
  expect((await cardOf(given)).dueSince, 'off').toBeNull()

  const delayed = await givenConnectedShop(sandbox)
  await setSettings(delayed, { syncDelayMs: 15 * MINUTE_MS })
  await tell(delayed.domain, delayed.shop.customers.create({ email: 'ada@example.com' }))
  await oneTurn(delayed)
  await tell(delayed.domain, delayed.shop.customers.create({ email: 'ben@example.com' }))
  expect(await cardOf(delayed), 'delayed').toMatchObject({ dueSince: null, delayedUntil: expect.any(String) })

  const throttled = await givenChanged(2)
  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 60, times: 1 })
  await oneTurn(throttled)
  expect(await cardOf(throttled), 'throttled').toMatchObject({ dueSince: null, throttledUntil: expect.any(String) })
})

test('after a full sync gave up on Shopify, a change that waits for the delay is no stand-still', async () => {
  const given = await givenChanged(1)
  await setSettings(given, { syncDelayMs: 24 * 60 * MINUTE_MS })
  await syncToRest(given.domain)
  skip(2 * 60 * MINUTE_MS)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await goesWrong(given, { shopify: { kind: 'status', status: 503 } })
  while ((await cardOf(given)).run) {
    const next = await oneTurn(given)
    skip(Math.max((next?.getTime() ?? 0) - Date.now(), 1_000))
  }
  sandbox.shopify.faults.clear()
  const [customer] = [...given.shop.customers.all()]
  await tell(given.domain, given.shop.customers.update(customer!.id, { firstName: 'Newer' }))
  skip(2 * MINUTE_MS)
  expect(await cardOf(given)).toMatchObject({ pending: 1, liveStall: null })
})
