import { expect, test } from 'vitest'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import type { CustomerFields } from '#test/sandbox/shopify/customers/customer.ts'
import { callsSince } from '#test/support/calls.ts'
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
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()
const MINUTE_MS = 60_000

/** A connected shop with so many new customers, which were reported and are not processed yet. */
async function givenNew(count: number, fieldsOf: (index: number) => CustomerFields = () => ({})) {
  const installed = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: count }, (_, i) =>
    installed.shop.customers.create({ email: `c${i}@example.com`, ...fieldsOf(i) }),
  )
  await tell(installed.domain, ...customers)
  return { ...installed, customers, calls: callsSince(sandbox, installed.accountId) }
}

/** A shop with so many customers that was just connected: its first full sync has not started. */
async function givenFirstSync(
  count: number,
  fault: FaultSpec | null,
  fieldsOf: (index: number) => CustomerFields = () => ({}),
) {
  const given = await givenInstalledShop(sandbox)
  for (let i = 0; i < count; i++) given.shop.customers.create({ email: `c${i}@example.com`, ...fieldsOf(i) })
  expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
  if (fault) sandbox.klaviyo.faults.add(fault)
  return { ...given, calls: callsSince(sandbox, given.accountId) }
}

/** Works on the shop as a worker does, for so long by the clock. */
async function syncFor({ domain }: InstalledShop, ms: number): Promise<void> {
  const until = Date.now() + ms
  const signal = AbortSignal.timeout(60_000)
  while (Date.now() < until) {
    const next = await syncShop(domain, { clock, signal })
    skip(Math.min(next ? next.getTime() - Date.now() : ms, until - Date.now()))
  }
}

const statesOf = ({ domain }: InstalledShop) =>
  rowsIn(
    sandbox.databaseUrl,
    `select state, code, count(*)::int as n from profile where shop = $1 group by 1, 2 order by 1`,
    [domain],
  )
const marksOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select attempt from dirty_customer where shop = $1', [domain])
const sizeOf = ({ accountId }: InstalledShop) => sandbox.klaviyo.account(accountId).size

const edges = [401, 403].flatMap((status) =>
  (['challenge', 'html', 'empty'] as const).map((page) => [status, page] as const),
)

test.each(edges)(
  '%i with %s is not Klaviyo’s answer about the key: the connection stays, and the customer is sent',
  async (status, page) => {
    const given = await givenNew(1)
    sandbox.klaviyo.faults.add({ kind: 'edge', status, page, times: 3 })
    await syncToRest(given.domain)
    expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: null })
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
  },
)

test.each(edges)('on the connect page %i with %s says that Klaviyo does not answer', async (status, page) => {
  const given = await givenInstalledShop(sandbox)
  sandbox.klaviyo.faults.add({ kind: 'edge', status, page })
  expect(await connectKlaviyo(given.domain, given.key, clock())).toEqual({ kind: 'klaviyo_unavailable' })
})

test('one 401 from Klaviyo itself is confirmed by another call before it stops a connection; a second one stops it', async () => {
  const given = await givenNew(2)
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId, times: 1 })
  await syncToRest(given.domain)
  expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: null })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2 })

  await tell(given.domain, given.shop.customers.create({ email: 'new@example.com' }))
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId })
  await syncToRest(given.domain)
  expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: expect.any(Date) })
})

test.each([
  [60, undefined],
  [3, undefined],
  [3, 406],
  [3, 415],
] as const)(
  'a refusal of all requests (%i customers, %s) holds them, is reported once, and ends automatically',
  async (count, status) => {
    const given = await givenNew(count)
    sandbox.klaviyo.faults.add({ kind: 'retired', ...(status && { status }) })
    await syncFor(given, 60 * MINUTE_MS)

    expect((await statesOf(given)).filter(({ state }) => state === 'issue')).toEqual([])
    expect(await marksOf(given)).toEqual(given.customers.map(() => ({ attempt: 0 })))
    expect(given.calls().length).toBeLessThan(20)
    const card = await loadSyncCard(given.domain, clock())
    expect(card.liveStall).toMatchObject({ why: 'klaviyo_outdated', since: expect.any(String) })
    expect(card).toMatchObject({ pending: count, connection: { kind: 'connected' } })

    sandbox.klaviyo.faults.clear()
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count })
    expect(await loadSyncCard(given.domain, clock())).toMatchObject({ liveStall: null })
  },
)

test('when Klaviyo accepts no imports it is tried at growing intervals, and the card says so from the second minute on', async () => {
  const fault = { kind: 'status', status: 503, operations: ['bulk_import_profiles'] } as const
  const given = await givenFirstSync(300, fault)
  await syncFor(given, 2 * MINUTE_MS)
  const early = await loadSyncCard(given.domain, clock())
  expect(early.run?.stall).toMatchObject({ why: 'klaviyo_away', since: expect.any(String) })
  expect(early.liveStall).toMatchObject({ why: 'klaviyo_away', since: expect.any(String), until: expect.any(String) })

  await syncFor(given, 4 * 60 * MINUTE_MS)
  const tries = given.calls('bulk_import_profiles').map(({ at }) => at)
  expect(tries.length).toBeLessThan(70)
  const gaps = tries.slice(1).map((at, i) => at - tries[i]!)
  expect(Math.max(...gaps)).toBeGreaterThan(7 * MINUTE_MS)
  expect(Math.max(...gaps)).toBeLessThan(20 * MINUTE_MS)

  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 300 })
})

test('live changes of many customers do not overload a Klaviyo that is unavailable, and the card says since when', async () => {
  const given = await givenNew(40)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503 })
  await syncFor(given, 60 * MINUTE_MS)
  expect(given.calls().length).toBeLessThan(60)
  expect(await loadSyncCard(given.domain, clock())).toMatchObject({ liveStall: { why: 'klaviyo_away' }, pending: 40 })

  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 40 })
})

test.each([200, 60])(
  'a profile on which Klaviyo fails stops no run: of %i all others are sent, and it is an issue',
  async (count) => {
    const given = await givenFirstSync(count, { kind: 'poison', text: 'c7@example.com' })
    await syncFor(given, 48 * 60 * MINUTE_MS)
    expect(sizeOf(given)).toBe(count - 1)
    expect(await statesOf(given)).toEqual([
      { state: 'issue', code: 'klaviyo_unavailable', n: 1 },
      { state: 'synced', code: null, n: count - 1 },
    ])
    expect((await loadSyncCard(given.domain, clock())).run).toBeNull()
    expect(given.calls('bulk_import_profiles').length).toBeLessThan(20)
    expect(given.calls('create_or_update_profile').length).toBeLessThan(150)
    await expectLaw(sandbox, given)
  },
)

test('among live changes a profile on which Klaviyo fails holds up no other', async () => {
  const given = await givenNew(80)
  sandbox.klaviyo.faults.add({ kind: 'poison', text: 'c7@example.com' })
  await syncFor(given, 3 * MINUTE_MS)
  expect(sizeOf(given)).toBe(79)
  await syncFor(given, 24 * 60 * MINUTE_MS)
  expect((await statesOf(given)).filter(({ state }) => state !== 'synced')).toEqual([
    { state: 'issue', code: 'klaviyo_unavailable', n: 1 },
  ])
  await expectLaw(sandbox, given)
})

test('when an import silently drops profiles, they are found by comparing with its profiles, and sent again', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'dropProfiles', count: 3 })
  await syncToRest(given.domain)
  expect(sizeOf(given)).toBe(60)
  expect(given.calls('create_or_update_profile')).toHaveLength(3)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test.each(['keys', 'order', 'identifiers'] as const)(
  'only the customer that an import failed on is sent alone, although Klaviyo echoes it in another form (%s)',
  async (echo) => {
    const given = await givenNew(200)
    sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c5@example.com'] })
    sandbox.klaviyo.faults.add({ kind: 'oddEcho', echo })
    await syncToRest(given.domain)
    expect(given.calls('create_or_update_profile')).toHaveLength(1)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 200 })
  },
)

test('other apps’ imports do not delay resolving an import whose answer was lost', async () => {
  const given = await givenFirstSync(200, { kind: 'resetAfter', times: 1, operations: ['bulk_import_profiles'] })
  sandbox.klaviyo.faults.add({ kind: 'othersImports', ageMs: 3_000 })
  await syncFor(given, 60 * MINUTE_MS)
  expect((await loadSyncCard(given.domain, clock())).run).toBeNull()
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 200 })
})

test('an import that takes minutes is waited for', async () => {
  const given = await givenNew(60)
  sandbox.klaviyo.faults.add({ kind: 'slowJob', ms: 20 * MINUTE_MS })
  await syncFor(given, 10 * MINUTE_MS)
  expect(sizeOf(given)).toBe(0)
  expect(given.calls('bulk_import_profiles')).toHaveLength(1)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test.each(['header', 'body'] as const)(
  'what Klaviyo reports in the %s of a success is read: the field is left out, and shown',
  async (place) => {
    const given = await givenNew(1, () => ({ locale: 'de' }))
    sandbox.klaviyo.faults.add({ kind: 'partial', field: 'locale', place })
    await syncToRest(given.domain)
    const noticed = 'select state, omitted from profile where shop = $1'
    expect(await rowsIn(sandbox.databaseUrl, noticed, [given.domain])).toMatchObject([
      { state: 'synced', omitted: [{ field: 'locale', reason: 'refused' }] },
    ])
  },
)

test.each([
  [1, 'locale'],
  [60, 'locale'],
  [1, 'phone_number'],
] as const)('with %i customers, a refusal that points at %s leaves that out', async (count, field) => {
  const given = await givenNew(count, (i) => (i === 0 ? { locale: 'de', phone: '+4915112345678' } : {}))
  sandbox.klaviyo.faults.add({ kind: 'refuseField', field })
  await syncToRest(given.domain)
  const noticed = "select omitted from profile where shop = $1 and state = 'synced' and omitted is not null"
  const told = await rowsIn(sandbox.databaseUrl, noticed, [given.domain])
  expect(told[0]?.omitted).toMatchObject([{ field, reason: 'refused' }])
  expect(sizeOf(given)).toBe(count)
})
