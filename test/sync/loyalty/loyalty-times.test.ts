import { beforeAll, expect, test } from 'vitest'
import { computedOff, computedOn, defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import { findDataRequests } from '#app/store/data-requests.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'
import { saveMapped } from '../mapping/given-mapped-shop.ts'
import { chooseLoyalty, looksAt } from './given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)
beforeAll(() => prepareKilling(sandbox))

const MINUTE_MS = 60_000
const [TIER_SINCE, LAST_CHANGED] = [computedOn.tierSince.name, computedOn.lastChanged.name]

const withNumbered = (count: number) => (shop: Shop) =>
  void shop.customers.createMany(count, (i) => ({
    ...{ email: `c${i}@example.com`, points: 250, tier: 'Gold', updatedAt: '2026-01-01T00:00:00Z' },
  }))

/** A shop at rest that sends the times of loyalty changes, with customers of 250 points and Gold. */
async function givenTimedShop({
  customers = 1,
  mapping = {},
}: {
  customers?: number
  mapping?: Partial<Mapping>
} = {}) {
  const installed = await givenConnectedShop(sandbox, withNumbered(customers))
  await saveMapped(installed, { computed: computedOn, ...mapping })
  await syncToRest(installed.domain)
  const account = sandbox.klaviyo.account(installed.accountId)
  const properties = (customer = 0) =>
    account.profileByEmail(`c${customer}@example.com`)!.attributes.properties as Record<string, unknown>
  return {
    ...installed,
    ...looksAt(sandbox, installed),
    properties,
    /** Since when the customer has the tier, and when a value last changed, as Klaviyo has it. */
    times: (customer = 0) => [properties(customer)[TIER_SINCE] ?? null, properties(customer)[LAST_CHANGED] ?? null],
    stored: () =>
      rowsIn(
        sandbox.databaseUrl,
        'select delivered, tier_since, changed_at from loyalty_value where shop = $1 order by customer_id',
        [installed.domain],
      ),
  }
}

const second = (at: Date) => `${at.toISOString().slice(0, 19)}Z`

type Given = Awaited<ReturnType<typeof givenTimedShop>>

/** Changes the loyalty values a minute later, and returns by when and until when the change was read. */
async function changeLater(
  given: Given,
  loyalty: Parameters<Given['change']>[0],
  count = 1,
): Promise<[string, string]> {
  skip(MINUTE_MS)
  const from = second(clock())
  await given.change(loyalty, count)
  await syncToRest(given.domain)
  return [from, second(clock())]
}

const isBetween = (time: unknown, [from, until]: [string, string]) =>
  typeof time === 'string' && from <= time && time <= until

test('nothing is said of values that are seen for the first time', async () => {
  const given = await givenTimedShop({ customers: 2 })
  expect(given.times()).toEqual([null, null])
  expect(await given.stored()).toHaveLength(2)
  expect(given.properties()).not.toHaveProperty(TIER_SINCE)
  await expectLaw(sandbox, given)
})

test('another tier is since the time at which it was read; points change only the time of the last change', async () => {
  const given = await givenTimedShop()
  const first = await changeLater(given, { tier: 'Black' })
  const [since, changed] = given.times()
  expect(since).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  expect([isBetween(since, first), changed]).toEqual([true, since])

  const later = await changeLater(given, { points: 300 })
  expect(given.times()[0]).toBe(since)
  expect(isBetween(given.times()[1], later)).toBe(true)
  await expectLaw(sandbox, given)
})

test('other fields that change leave both as they are', async () => {
  const given = await givenTimedShop()
  await changeLater(given, { tier: 'Black' })
  const before = given.times()
  skip(MINUTE_MS)
  await tell(given.domain, given.shop.customers.update(given.ids()[0]!, { firstName: 'New' }))
  await syncToRest(given.domain)
  expect(given.properties().loyalty_tier).toBe('Black')
  expect(given.times()).toEqual(before)
})

test('the time of a tier that is lost is that of the loss, and of one that comes that of its coming', async () => {
  const given = await givenTimedShop()
  await changeLater(given, { tier: 'Black' })
  const lost = await changeLater(given, { tier: null })
  expect([isBetween(given.times()[0], lost), given.times()[1]]).toEqual([true, given.times()[0]])
  expect(given.properties().loyalty_tier ?? null).toBeNull()
  await expectLaw(sandbox, given)
  const come = await changeLater(given, { tier: 'Silver' })
  expect(isBetween(given.times()[0], come)).toBe(true)
  await expectLaw(sandbox, given)
})

test('for a shop that never chose them, nothing is sent and nothing is stored', async () => {
  const given = await givenTimedShop({ mapping: { computed: computedOff } })
  await changeLater(given, { tier: 'Black' })
  expect(given.times()).toEqual([null, null])
  expect(await given.stored()).toEqual([])
})

test('of many customers in an import, each gets the time', async () => {
  const given = await givenTimedShop({ customers: 60 })
  const read = await changeLater(given, { tier: 'Black' }, 60)
  expect(given.calls('bulk_import_profiles').length).toBeGreaterThan(0)
  for (let i = 0; i < 60; i++) expect(isBetween(given.times(i)[0], read), `customer ${i}`).toBe(true)
  await expectLaw(sandbox, given)
})

test('switching on and another name send every profile once, and switching off clears the fields', async () => {
  const given = await givenTimedShop()
  await changeLater(given, { tier: 'Black' })
  const [since, changed] = given.times()
  await saveMapped(given, { computed: { ...computedOn, tierSince: { on: true, name: 'Tier since' } } })
  await syncToRest(given.domain)
  expect(given.properties()).toMatchObject({ 'Tier since': since, [LAST_CHANGED]: changed })
  expect(given.properties()).not.toHaveProperty(TIER_SINCE)
  await expectLaw(sandbox, given)

  await saveMapped(given, {})
  await syncToRest(given.domain)
  expect(given.times()).toEqual([null, null])
  expect(given.properties()).not.toHaveProperty('Tier since')
  expect(await given.stored()).toEqual([])
  await expectLaw(sandbox, given)
})

test('a field that is switched off and on again at once begins anew', async () => {
  const given = await givenTimedShop()
  await changeLater(given, { tier: 'Black' })
  await saveMapped(given, {})
  await saveMapped(given, { computed: computedOn })
  await syncToRest(given.domain)
  expect(given.times()).toEqual([null, null])
  await expectLaw(sandbox, given)
})

test('without a tier in the mapping there is no time for it', async () => {
  const given = await givenTimedShop()
  await changeLater(given, { tier: 'Black', points: 260 })
  await saveMapped(given, { computed: computedOn, values: defaultMapping.values.slice(0, 1) })
  await syncToRest(given.domain)
  expect(given.times()[0]).toBeNull()
  expect(given.times()[1]).not.toBeNull()
  await expectLaw(sandbox, given)
  await saveMapped(given, { computed: computedOn, values: [] })
  await syncToRest(given.domain)
  expect(given.times()).toEqual([null, null])
  expect(await given.stored()).toEqual([])
  await expectLaw(sandbox, given)
})

test('a delivery that fails sets no time, and the one that succeeds the time at which the values were first sent', async () => {
  const given = await givenTimedShop()
  skip(MINUTE_MS)
  sandbox.klaviyo.faults.add({ kind: 'resetAfter', times: 1, operations: ['create_or_update_profile'] })
  await given.change({ tier: 'Black' })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(await given.stored(), 'it is not known to be delivered').toMatchObject([
    { delivered: { tier: 'Gold' }, tier_since: null, changed_at: null },
  ])
  const [first] = given.times()
  expect(first, 'but it was').not.toBeNull()
  skip(MINUTE_MS)
  await syncToRest(given.domain)
  expect(given.times()).toEqual([first, first])
  await expectLaw(sandbox, given)
})

test('an import of unknown result is repeated with the times that it carried', async () => {
  const given = await givenTimedShop({ customers: 60 })
  skip(MINUTE_MS)
  sandbox.klaviyo.faults.add({ kind: 'resetAfter', times: 1, operations: ['bulk_import_profiles'] })
  const read: [string, string] = [second(clock()), '']
  await given.change({ tier: 'Black' }, 60)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  read[1] = second(clock())
  skip(MINUTE_MS)
  await syncToRest(given.domain)
  for (let i = 0; i < 60; i++) expect(isBetween(given.times(i)[0], read), `customer ${i}`).toBe(true)
  await expectLaw(sandbox, given)
})

test('a worker killed in the middle leaves one time for each change', async () => {
  for (const count of [2, 60]) {
    for (const look of looksFrom(2)) {
      if (look > 35) break
      const given = await givenTimedShop({ customers: count })
      skip(MINUTE_MS)
      const from = second(clock())
      await given.change({ tier: 'Black' }, count)
      await syncUntilKilled(sandbox, given, look)
      skip(3 * MINUTE_MS)
      await syncToRest(given.domain)
      for (let i = 0; i < count; i++) {
        const [since, changed] = given.times(i)
        expect(isBetween(since, [from, second(clock())]), `look ${look}`).toBe(true)
        expect(changed).toBe(since)
      }
      await expectLaw(sandbox, given)
    }
  }
}, 240_000)

test('a full sync that finds a change sends its time', async () => {
  const given = await givenTimedShop()
  skip(61 * MINUTE_MS)
  given.shop.customers.setLoyalty(given.ids()[0]!, { tier: 'Black' })
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  expect(given.times()[0]).not.toBeNull()
  await expectLaw(sandbox, given)
})

test('loyalty activity that is switched off leaves the times, and its own events go', async () => {
  const given = await givenTimedShop()
  await chooseLoyalty(given)
  await syncToRest(given.domain)
  await changeLater(given, { tier: 'Black' })
  expect(given.recorded()).toHaveLength(1)
  const times = given.times()
  await chooseLoyalty(given, { on: false })
  await syncToRest(given.domain)
  expect(given.times()).toEqual(times)
  const read = await changeLater(given, { tier: 'Silver' })
  expect(given.recorded()).toHaveLength(1)
  expect(isBetween(given.times()[0], read)).toBe(true)
  await expectLaw(sandbox, given)
})

test('a reset forgets the times', async () => {
  const given = await givenTimedShop()
  await changeLater(given, { tier: 'Black' })
  await switchOff(given)
  await switchOn(given, 'past_and_future', { resetWord: 'RESET' })
  await syncToRest(given.domain)
  expect(given.times()).toEqual([null, null])
  await expectLaw(sandbox, given)
})

test('a data request shows the times, and nothing remains of an erased customer', async () => {
  const given = await givenTimedShop()
  await changeLater(given, { tier: 'Black' })
  const [ada] = given.ids()
  given.shop.webhooks.send('customers/data_request', given.shop.customers.get(ada!)!)
  await given.shop.webhooks.flush()
  const [request] = await findDataRequests(given.domain)
  expect(request?.held?.loyalty?.values).toEqual({ points: 250, tier: 'Black' })
  expect(second(new Date(request!.held!.loyalty!.tierSince!))).toBe(given.times()[0])
  given.shop.webhooks.send('customers/redact', given.shop.customers.get(ada!)!)
  await given.shop.webhooks.flush()
  expect(await given.stored()).toEqual([])
})
