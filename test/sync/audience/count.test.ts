import { expect, test } from 'vitest'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import type { Audience } from '#app/core/settings/audience.ts'
import { eraseShop } from '#app/store/shops.ts'
import { countMatching } from '#app/sync/report/count-customers.ts'
import { contacts, givenAudience, leavingOut, wanting } from '#test/core/settings/given-audience.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()

const MINUTE_MS = 60_000
const MANY = 20_000

function ask(
  { domain }: Pick<InstalledShop, 'domain'>,
  audience: Partial<Audience> = {},
  { again = false, signal = new AbortController().signal } = {},
): Promise<CustomerCount> {
  return countMatching(domain, { audience: givenAudience(audience), again, clock, signal })
}

/** Asks until the customers are read, as the page does. */
async function counted(given: InstalledShop, audience: Partial<Audience> = {}, asking: { again?: boolean } = {}) {
  let answer = await ask(given, audience, asking)
  while (answer.kind === 'preparing') {
    await waitForFile(given)
    answer = await ask(given, audience)
  }
  if (answer.kind !== 'counted') throw new Error(answer.kind)
  return answer
}

async function waitForFile({ shop }: InstalledShop): Promise<void> {
  for (const operation of shop.bulk.all()) if (operation.isOpen) await shop.bulk.finished(operation.id)
}

async function givenCounted(customers: (shop: InstalledShop['shop']) => void) {
  const given = await givenInstalledShop(sandbox)
  customers(given.shop)
  return given
}

const three = (shop: InstalledShop['shop']) => shop.customers.createMany(3, (i) => ({ email: `c${i}@example.com` }))

/** Counted from the stand-in's own records. */
function countByHand(customers: Iterable<Customer>, isMatch: (customer: Customer) => boolean) {
  const found = { total: 0, matching: 0, unsubscribed: 0, cannotBeSynced: 0 }
  for (const customer of customers) {
    found.total++
    if (!isMatch(customer)) continue
    found.matching++
    if (customer.defaultEmailAddress?.marketingState === 'UNSUBSCRIBED') found.unsubscribed++
    // The seed marks an address that it has made invalid.
    if (!customer.defaultEmailAddress?.validFormat) found.cannotBeSynced++
  }
  return found
}

const tagged = (tag: string) => (customer: Customer) => customer.tags.some((one) => one.toLowerCase() === tag)
const consentOf = (customer: Customer) => customer.defaultEmailAddress?.marketingState
const countryOf = (customer: Customer) => customer.defaultAddress?.countryCodeV2

test('of twenty thousand customers, each rule and their combinations match the customers that a count by hand finds', async () => {
  const given = await givenCounted((shop) => seedCustomers(shop, { count: MANY, seed: 5 }))
  const tags = new Map<string, number>()
  for (const customer of given.shop.customers.all())
    for (const tag of customer.tags) tags.set(tag, (tags.get(tag) ?? 0) + 1)
  const [first, second] = [...tags].sort((a, b) => b[1] - a[1]).map(([tag]) => tag) as [string, string]
  const isFirst = tagged(first.toLowerCase())
  const isSecond = tagged(second.toLowerCase())
  const cases: readonly (readonly [string, Partial<Audience>, (customer: Customer) => boolean])[] = [
    ['everybody', {}, () => true],
    ['a tag', wanting(first), isFirst],
    ['a tag in capitals', wanting(first.toUpperCase()), isFirst],
    ['one of two tags', wanting(first, second), (one) => isFirst(one) || isSecond(one)],
    ['without a tag', leavingOut(second), (one) => !isSecond(one)],
    ['account states', { accountStates: ['ENABLED', 'INVITED'] }, ({ state }) => /^(ENABLED|INVITED)$/.test(state)],
    ['subscribers', { consent: 'subscribed' }, (one) => consentOf(one) === 'SUBSCRIBED'],
    ['all but the unsubscribed', { consent: 'not_unsubscribed' }, (one) => consentOf(one) !== 'UNSUBSCRIBED'],
    ['countries', { countries: ['DE', 'FR'] }, (one) => countryOf(one) === 'DE' || countryOf(one) === 'FR'],
    [
      'all of them together',
      {
        tags: { anyOf: [first], noneOf: [second] },
        accountStates: ['DISABLED'],
        consent: 'not_unsubscribed',
        countries: ['DE', 'US', 'JP'],
      },
      (one) =>
        isFirst(one) &&
        !isSecond(one) &&
        one.state === 'DISABLED' &&
        consentOf(one) !== 'UNSUBSCRIBED' &&
        ['DE', 'US', 'JP'].includes(countryOf(one) ?? ''),
    ],
    ['nobody', wanting('a tag that nobody has'), () => false],
  ]
  for (const [what, audience, isMatch] of cases) {
    const byHand = countByHand(given.shop.customers.all(), isMatch)
    expect({ what, ...(await counted(given, audience)) }).toMatchObject({ what, ...byHand })
    // A case that matches all customers, or none, would show nothing.
    if (what !== 'everybody' && what !== 'nobody') expect(byHand.matching).toBeGreaterThan(0)
    if (what !== 'everybody') expect(byHand.matching).toBeLessThan(MANY)
  }
  expect(given.shop.bulk.all()).toHaveLength(1)
})

test('rules about companies exclude customers for which Shopify shows no company', async () => {
  const given = await givenCounted(three)
  expect(await counted(given, contacts())).toMatchObject({ total: 3, matching: 0 })
  const without = { companies: { who: 'no_contacts', companies: [], roles: [] } } as const
  expect(await counted(given, without)).toMatchObject({ total: 3, matching: 3 })
})

test('while Shopify writes the file, the number of customers written is shown', async () => {
  const given = await givenCounted(three)
  given.shop.bulk.durationMs = 60_000
  expect(await ask(given)).toEqual({ kind: 'preparing', rowsWritten: 0, expected: 3 })
  expect(await ask(given)).toMatchObject({ kind: 'preparing', expected: 3 })
  expect(given.shop.bulk.all()).toHaveLength(1)
})

test('the count is as of the time at which Shopify was asked, and says so', async () => {
  const given = await givenCounted(three)
  const before = new Date()
  const first = await counted(given)
  const after = new Date()
  expect(new Date(first.asOf).getTime()).toBeGreaterThanOrEqual(before.getTime())
  expect(new Date(first.asOf).getTime()).toBeLessThanOrEqual(after.getTime())
  given.shop.customers.create({ email: 'new@example.com' })
  expect(await counted(given)).toEqual(first)
})

test('a shop without customers is counted, too', async () => {
  const given = await givenCounted(() => {})
  expect(await counted(given)).toMatchObject({ total: 0, matching: 0, unsubscribed: 0, cannotBeSynced: 0 })
})

test('rules that cannot be saved are not counted, and Shopify is not asked', async () => {
  const given = await givenCounted(three)
  expect(await ask(given, { tags: { anyOf: ['a'], noneOf: ['A'] } })).toEqual({ kind: 'audience_invalid' })
  expect(given.shop.bulk.all()).toHaveLength(0)
})

test('counting again reads the customers again, but at most once a minute', async () => {
  const given = await givenCounted(three)
  const first = await counted(given)
  given.shop.customers.create({ email: 'new@example.com' })
  expect(await counted(given, {}, { again: true })).toEqual(first)
  skip(MINUTE_MS)
  expect(await counted(given)).toEqual(first)
  expect(await counted(given, {}, { again: true })).toMatchObject({ total: 4 })
  expect(given.shop.bulk.all()).toHaveLength(2)
})

test('a count that is older than an hour is read again automatically', async () => {
  const given = await givenCounted(three)
  await counted(given)
  given.shop.customers.create({ email: 'new@example.com' })
  skip(61 * MINUTE_MS)
  expect(await counted(given)).toMatchObject({ total: 4 })
})

test('a read that Shopify never ends is given up after an hour, and cancelled', async () => {
  const given = await givenCounted(three)
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', times: 1 })
  await ask(given)
  skip(61 * MINUTE_MS)
  expect(await ask(given)).toMatchObject({ kind: 'preparing' })
  expect(await counted(given)).toMatchObject({ total: 3 })
  expect(given.shop.bulk.all().map(({ status }) => status)).toEqual(['CANCELED', 'COMPLETED'])
})

test('two browsers at once share one operation', async () => {
  const given = await givenCounted(three)
  await Promise.all(Array.from({ length: 6 }, () => ask(given)))
  expect(given.shop.bulk.all()).toHaveLength(1)
  await counted(given)
  skip(MINUTE_MS)
  await Promise.all(Array.from({ length: 6 }, () => ask(given, {}, { again: true })))
  expect(given.shop.bulk.all()).toHaveLength(2)
  expect(await counted(given)).toMatchObject({ total: 3 })
})

test('a shop that cannot run another operation is asked a little later', async () => {
  const given = await givenCounted(three)
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled' })
  const others = Array.from({ length: 5 }, () => given.shop.bulk.start('', { count: 0, lines: () => [] })!)
  expect(await ask(given)).toEqual({ kind: 'preparing', rowsWritten: 0, expected: 3 })
  for (const operation of others) given.shop.bulk.cancel(operation)
  sandbox.shopify.faults.clear()
  expect(await ask(given)).toMatchObject({ kind: 'preparing' })
  skip(30_000)
  expect(await counted(given)).toMatchObject({ total: 3 })
})

test.each([{ kind: 'bulk-failed' }, { kind: 'bulk-canceled' }] as const)(
  'an operation that is lost ($kind) is started again, once a minute',
  async (fault) => {
    const given = await givenCounted(three)
    sandbox.shopify.faults.cause({ ...fault, times: 1 })
    await ask(given)
    await waitForFile(given)
    expect(await ask(given)).toEqual({ kind: 'unavailable' })
    skip(MINUTE_MS)
    expect(await counted(given)).toMatchObject({ total: 3 })
    expect(given.shop.bulk.all()).toHaveLength(2)
  },
)

test('an expired file is requested again', async () => {
  const given = await givenCounted(three)
  await counted(given)
  sandbox.shopify.faults.cause({ kind: 'url-expired', times: 2 })
  expect(await ask(given)).toEqual({ kind: 'unavailable' })
  skip(MINUTE_MS)
  expect(await counted(given)).toMatchObject({ total: 3 })
  expect(given.shop.bulk.all()).toHaveLength(2)
})

test.each([
  ['breaks off', { kind: 'download-cut', afterBytes: 300 }],
  ['is not given out', { kind: 'status', status: 503, door: 'download' }],
] as const)('a file that %s is no count, and is read once more', async (_, fault) => {
  const given = await givenCounted(three)
  await counted(given)
  sandbox.shopify.faults.cause({ ...fault, times: 1 })
  expect(await ask(given)).toEqual({ kind: 'unavailable' })
  expect(await counted(given)).toMatchObject({ total: 3 })
})

test('no count is made when no request waits for it any more', async () => {
  const given = await givenCounted(three)
  await counted(given)
  expect(await ask(given, {}, { signal: AbortSignal.abort() })).toEqual({ kind: 'unavailable' })
})

test('when Shopify does not answer there is no count, and what was requested meanwhile is not lost', async () => {
  const given = await givenCounted(three)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503 })
  expect(await ask(given)).toEqual({ kind: 'unavailable' })
  sandbox.shopify.faults.clear()
  expect(await ask(given)).toMatchObject({ kind: 'preparing' })
  skip(30_000)
  expect(await counted(given)).toMatchObject({ total: 3 })
})

test('nothing of the customers is stored, and nothing of an erased shop', async () => {
  const given = await givenCounted(three)
  await counted(given, wanting('vip'))
  const kept = await rowsIn(sandbox.databaseUrl, 'select * from customer_count where shop = $1', [given.domain])
  expect(kept).toEqual([
    {
      shop: given.domain,
      holder: expect.any(String),
      asked_at: expect.any(Date),
      bulk_operation: expect.stringContaining('BulkOperation'),
      expected: 3,
    },
  ])
  await eraseShop(given.domain)
  expect(await rowsIn(sandbox.databaseUrl, 'select * from customer_count where shop = $1', [given.domain])).toEqual([])
})

test('another shop’s count is separate', async () => {
  const [one, other] = [
    await givenCounted(three),
    await givenCounted((shop) => shop.customers.createMany(2, () => ({}))),
  ]
  expect(await counted(one)).toMatchObject({ total: 3 })
  expect(await counted(other)).toMatchObject({ total: 2, cannotBeSynced: 2 })
  expect(await counted(one)).toMatchObject({ total: 3 })
})
