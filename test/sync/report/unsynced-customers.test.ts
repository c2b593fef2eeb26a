import { expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { countLists } from '#app/sync/report/count-lists.ts'
import { exportPart } from '#app/sync/report/export-customers.ts'
import { type AskedPage, listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { readNames } from '#app/sync/report/read-names.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()
const DAY_MS = 24 * 60 * 60_000

const list = ({ domain }: InstalledShop, asked: Partial<AskedPage> & { reason: UnsyncedReason }) =>
  listUnsyncedCustomers(domain, { limit: 10, ...asked }, clock())
const idsOf = ({ customers }: { customers: readonly { customerId: string }[] }) =>
  customers.map(({ customerId }) => customerId)
const countsOf = async ({ domain }: InstalledShop) => {
  const { tabs } = await countLists(domain, clock())
  return Object.fromEntries(Object.entries(tabs).map(([tab, { customers }]) => [tab, customers]))
}

test('customers are listed by reason, and the tabs count them', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ firstName: 'Ada', lastName: 'Lovelace', phone: '+493012345678' })
    shop.customers.create({ firstName: 'Ben', email: 'ben@@example' })
    shop.customers.create({ firstName: 'Cy', email: 'cy@example.com' })
  })
  const [ada, ben, cy] = given.shop.customers.ascending()
  expect(await list(given, { reason: 'no_email' })).toEqual({
    customers: [
      {
        customerId: ada!.id,
        state: 'left_out',
        code: 'no_email',
        words: null,
        conflict: null,
        omitted: [],
        since: expect.any(String),
        lastSentAt: null,
        waits: false,
      },
    ],
    previous: null,
    next: null,
    filled: true,
    retrying: null,
    mostNew: null,
  })
  expect(idsOf(await list(given, { reason: 'invalid_email' }))).toEqual([ben!.id])
  expect((await list(given, { reason: 'in_sync' })).customers).toMatchObject([
    { customerId: cy!.id, state: 'in_sync', code: null, lastSentAt: expect.any(String) },
  ])
  expect((await list(given, { reason: 'other' })).customers).toEqual([])
  expect(await countsOf(given)).toEqual({
    ...{ in_sync: 1, waiting: 0, left_out: 0, no_email: 1, invalid_email: 1 },
    ...{ other: 0, omitted: 0, resolved: 0 },
  })
})

test('names are read from Shopify as they are now, and not at all while it does not answer', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ firstName: 'Ada', lastName: 'L' }))
  const [ada] = given.shop.customers.ascending()
  const ids = [customerNumber.parse(ada!.id)]
  given.shop.customers.update(ada!.id, { lastName: 'Byron' })
  expect(await readNames(given.domain, ids)).toEqual({
    kind: 'names',
    names: { [ada!.id]: { name: 'Ada Byron', email: null } },
  })
  sandbox.shopify.faults.cause({ kind: 'throttled', times: 1 })
  expect(await readNames(given.domain, ids)).toMatchObject({ kind: 'unavailable', retryMs: expect.any(Number) })
  expect((await list(given, { reason: 'no_email' })).customers).toHaveLength(1)
  given.shop.customers.remove(ada!.id)
  expect(await readNames(given.domain, ids)).toEqual({ kind: 'names', names: {} })
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [given.domain])
  expect(await readNames(given.domain, ids)).toMatchObject({ kind: 'unavailable' })
})

test.each(['newest', 'oldest'] as const)('a long list is paged in both directions, the %s first', async (order) => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.createMany(12, () => ({ phone: '+493012345678' }))
  })
  for (let i = 0; i < 13; i++) {
    skip(60_000)
    await tell(given.domain, given.shop.customers.create({ firstName: `Later ${i}` }))
    await syncToRest(given.domain)
  }
  const ascending = given.shop.customers.ascending().map(({ id }) => id)
  const expected = order === 'oldest' ? ascending : ascending.toReversed()
  const pages: string[][] = []
  let after: string | null = null
  let page = await list(given, { reason: 'no_email', order })
  for (;;) {
    pages.push(idsOf(page))
    if (page.next === null) break
    after = page.next
    page = await list(given, { reason: 'no_email', order, after })
    expect(page.previous).not.toBeNull()
  }
  expect(pages.flat()).toEqual(expected)
  expect(pages.map(({ length }) => length)).toEqual([10, 10, 5])
  const back = await list(given, { reason: 'no_email', order, before: page.previous })
  expect(idsOf(back)).toEqual(pages[1])
  const first = await list(given, { reason: 'no_email', order, before: back.previous })
  expect(idsOf(first)).toEqual(pages[0])
  expect(first.previous).toBeNull()
  expect(first.next).not.toBeNull()
})

test.each(["1' or 1=1", '99999999999999999999', '-1', '', 'null', '1.2.3', '999999999999999.5', '253402300800000.5'])(
  'the cursor %j shows the first page',
  async (after) => {
    const given = await givenConnectedShop(sandbox, (shop) => shop.customers.createMany(2, () => ({})))
    expect((await list(given, { reason: 'no_email', after, limit: 1 })).customers).toHaveLength(1)
  },
)

test('every list has an end and a beginning, and an empty one says so', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(25, (i) => ({ email: `c${i}@example.com` })),
  )
  const ascending = given.shop.customers.ascending().map(({ id }) => id)
  const first = await list(given, { reason: 'in_sync', order: 'oldest' })
  const second = await list(given, { reason: 'in_sync', order: 'oldest', after: first.next })
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ascending.slice(0, 20))
  expect(idsOf(await list(given, { reason: 'in_sync' }))).toEqual(ascending.toReversed().slice(0, 10))
  for (const reason of ['waiting', 'omitted', 'resolved', 'left_out', 'rules', 'limit', 'too_large'] as const)
    expect(await list(given, { reason })).toMatchObject({ customers: [], previous: null, next: null })
  expect((await list(given, { reason: 'run', run: null })).customers).toEqual([])
})

/** The customers of a list, page by page in one direction and back again. */
async function pagedBothWays(given: InstalledShop, asked: Pick<AskedPage, 'reason' | 'order'>): Promise<string[]> {
  const there: string[][] = []
  let page = await list(given, { ...asked, limit: 3 })
  there.push(idsOf(page))
  while (page.next !== null) {
    page = await list(given, { ...asked, limit: 3, after: page.next })
    there.push(idsOf(page))
  }
  const back = [there.at(-1)!]
  while (page.previous !== null) {
    page = await list(given, { ...asked, limit: 3, before: page.previous })
    back.unshift(idsOf(page))
  }
  expect(back).toEqual(there)
  return there.flat()
}

test('customers in sync are in the order in which they were last sent', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(8, (i) => ({ email: `c${i}@example.com` })),
  )
  const ids = given.shop.customers.ascending().map(({ id }) => id)
  const changed = [ids[5]!, ids[1]!, ids[3]!]
  for (const id of changed) {
    skip(60_000)
    await tell(given.domain, given.shop.customers.update(id, { firstName: 'New' }))
    await syncToRest(given.domain)
  }
  const oldest = [...ids.filter((id) => !changed.includes(id)), ...changed]
  expect(await pagedBothWays(given, { reason: 'in_sync', order: 'oldest' })).toEqual(oldest)
  expect(await pagedBothWays(given, { reason: 'in_sync', order: 'newest' })).toEqual(oldest.toReversed())
})

test('a customer that is sent while the list of those in sync is exported comes once', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(130, (i) => ({ email: `c${i}@example.com` })),
  )
  const [ada] = given.shop.customers.ascending()
  const part = async (after: string | null) => {
    const found = await exportPart(given.domain, { reason: 'in_sync', run: null, after, withNames: true }, clock())
    if (found.kind !== 'part') throw new Error(found.kind)
    return found
  }
  const first = await part(null)
  skip(60_000)
  await tell(given.domain, given.shop.customers.update(ada!.id, { firstName: 'Ada' }))
  await syncToRest(given.domain)
  const second = await part(first.next)
  expect(second.next).toBeNull()
  const ids = given.shop.customers.ascending().map(({ id }) => id)
  expect([...idsOf(first), ...idsOf(second)]).toEqual(ids)
})

test('customers that wait are in the order of their changes, those on their way to Klaviyo among them', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(70, (i) => ({ email: `c${i}@example.com` })),
  )
  const ids = given.shop.customers.ascending().map(({ id }) => id)
  sandbox.klaviyo.faults.add({ kind: 'slowJob', ms: 90_000 })
  const carried = ids.slice(10)
  await tell(given.domain, ...carried.map((id) => given.shop.customers.update(id, { firstName: 'Sent' })))
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(20_000) })
  const changed = [ids[7]!, ids[2]!, ids[4]!]
  // One of those on their way changes again: it stays where it is.
  for (const id of [...changed, carried[0]!]) {
    skip(1_000)
    await tell(given.domain, given.shop.customers.update(id, { firstName: 'New' }))
  }
  const oldest = [...carried, ...changed]
  expect(await pagedBothWays(given, { reason: 'waiting', order: 'oldest' })).toEqual(oldest)
  expect(await pagedBothWays(given, { reason: 'waiting', order: 'newest' })).toEqual(oldest.toReversed())
  const [first] = (await list(given, { reason: 'waiting' })).customers
  expect(first).toMatchObject({ customerId: changed.at(-1), state: 'waiting', waits: true, since: expect.any(String) })
})

test('an issue that is corrected closes by itself, and is listed as resolved for a week', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: 'ada@@example' })
    shop.customers.create({ firstName: 'Ben' })
    shop.customers.create({ email: 'cy@example.com' })
  })
  const [ada, ben] = given.shop.customers.ascending()
  await tell(given.domain, given.shop.customers.update(ada!.id, { email: 'ada@example.com' }))
  await tell(given.domain, given.shop.customers.update(ben!.id, { email: 'ben@example.com' }))
  await syncToRest(given.domain)
  expect(await countsOf(given)).toMatchObject({ in_sync: 3, no_email: 0, invalid_email: 0, resolved: 2 })
  const resolved = await list(given, { reason: 'resolved' })
  expect(new Map(resolved.customers.map(({ customerId, code }) => [customerId, code]))).toEqual(
    new Map([
      [ada!.id, 'invalid_email'],
      [ben!.id, 'no_email'],
    ]),
  )
  await tell(given.domain, given.shop.customers.update(ben!.id, { email: 'ben@@' }))
  await syncToRest(given.domain)
  expect(await countsOf(given)).toMatchObject({ in_sync: 2, invalid_email: 1, resolved: 1 })
  skip(8 * DAY_MS)
  expect(await countsOf(given)).toMatchObject({ resolved: 0 })
})

test('since when a customer has a reason does not move while it stays the same, and does when it changes', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ firstName: 'Ada' }))
  const [ada] = given.shop.customers.ascending()
  const sinceOf = async (reason: UnsyncedReason) => (await list(given, { reason })).customers[0]?.since
  const began = await sinceOf('no_email')
  skip(DAY_MS)
  await tell(given.domain, given.shop.customers.update(ada!.id, { firstName: 'Ada Augusta' }))
  await syncToRest(given.domain)
  expect(await sinceOf('no_email')).toBe(began)
  skip(DAY_MS)
  await tell(given.domain, given.shop.customers.update(ada!.id, { email: 'ada@@example' }))
  await syncToRest(given.domain)
  expect(Date.parse((await sinceOf('invalid_email'))!)).toBeGreaterThan(Date.parse(began!) + DAY_MS)
})

test('since when a customer has an issue stays while it is tried again, by an import as well', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(60, (i) => ({ email: i === 0 ? 'importerror@example.com' : `c${i}@example.com` })),
  )
  const [began] = (await list(given, { reason: 'invalid_email' })).customers
  skip(DAY_MS)
  const changed = given.shop.customers
    .ascending()
    .map(({ id }) => given.shop.customers.update(id, { firstName: 'New' }))
  await tell(given.domain, ...changed)
  await syncToRest(given.domain)
  expect((await list(given, { reason: 'invalid_email' })).customers).toMatchObject([{ since: began!.since }])
  expect((await list(given, { reason: 'resolved' })).customers).toEqual([])
})

test('a corrected customer is not listed as resolved before Klaviyo has carried its import out', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(60, (i) => ({ email: `c${i}@@example.com` })),
  )
  sandbox.klaviyo.faults.add({ kind: 'slowJob', ms: 90_000 })
  const corrected = given.shop.customers
    .ascending()
    .map(({ id }, i) => given.shop.customers.update(id, { email: `c${i}@example.com` }))
  await tell(given.domain, ...corrected)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(20_000) })
  expect(await countsOf(given)).toMatchObject({ waiting: 60, in_sync: 0, resolved: 0 })
  expect((await list(given, { reason: 'resolved' })).customers).toEqual([])
  await syncToRest(given.domain)
  expect(await countsOf(given)).toMatchObject({ waiting: 0, in_sync: 60, resolved: 60 })
})
