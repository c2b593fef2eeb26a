import { expect, test } from 'vitest'
import { findDataRequests } from '#app/store/data-requests.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { requestsOf } from '#test/support/requests.ts'
import { rowsIn } from '#test/support/rows.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tellUndated } from '#test/support/tell.ts'
import { givenLoyalShop, points } from './given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

/** A shop in which an event waits while Klaviyo is unavailable. */
async function givenWaitingEvent() {
  const given = await givenLoyalShop(sandbox)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, operations: ['create_event'], account: given.accountId })
  await given.change({ points: 300 })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(await given.waiting()).toHaveLength(1)
  return given
}

const kept = async (given: { domain: string }) => [
  await rowsIn(sandbox.databaseUrl, 'select * from loyalty_value where shop = $1', [given.domain]),
  await requestsOf(sandbox.databaseUrl, given.domain, 'event'),
]

test('of an erased customer neither values nor events remain', async () => {
  const given = await givenWaitingEvent()
  given.shop.webhooks.send('customers/redact', given.shop.customers.get(given.ids()[0]!)!)
  await given.shop.webhooks.flush()
  expect(await kept(given)).toEqual([[], []])
})

test('a customer’s data request includes the values', async () => {
  const given = await givenWaitingEvent()
  given.shop.webhooks.send('customers/data_request', given.shop.customers.get(given.ids()[0]!)!)
  await given.shop.webhooks.flush()
  expect(await findDataRequests(given.domain)).toMatchObject([
    { held: { state: 'synced', loyalty: { values: { points: 300, tier: 'Gold' }, eventsWaiting: 1 } } },
  ])
})

test('the values of a customer deleted in Shopify are deleted', async () => {
  const given = await givenWaitingEvent()
  const [id] = given.ids()
  given.shop.customers.remove(id!)
  await tellUndated(given.domain, id!)
  sandbox.klaviyo.faults.clear()
  sandbox.klaviyo.faults.add({
    kind: 'status',
    status: 503,
    operations: ['create_event'],
    account: given.accountId,
    times: 2,
  })
  await syncToRest(given.domain)
  expect(await kept(given)).toEqual([[], []])
})

test('a reset forgets the values, and what is sent after it counts as the first value', async () => {
  const given = await givenWaitingEvent()
  await switchOff(given)
  sandbox.klaviyo.faults.clear()
  expect(await switchOn(given, 'past_and_future', { resetWord: 'RESET' })).toMatchObject({ kind: 'turned_on' })
  expect(await kept(given)).toEqual([[], []])
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([])
  await given.change({ points: 310 })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([points(300, 310)])
})

test('another Klaviyo account gets no event about what was sent to the one before', async () => {
  const given = await givenWaitingEvent()
  const key = `pk_another_account_${given.accountId}`
  sandbox.klaviyo.addAccount({ id: `${given.accountId}B`, name: 'Other', keys: [{ key, scopes: 'full' }] })
  await connectKlaviyo(given.domain, key, clock())
  await syncToRest(given.domain)
  expect(sandbox.klaviyo.account(`${given.accountId}B`).parts.events.all()).toEqual([])
  expect(await given.waiting()).toEqual([])
})

test('of two shops with the same customers, each gets only its own events', async () => {
  const [one, other] = [await givenLoyalShop(sandbox), await givenLoyalShop(sandbox)]
  await one.change({ points: 300 })
  await other.change({ points: 400 })
  await syncToRest(one.domain)
  expect([one.recorded(), other.recorded()]).toEqual([[points(250, 300)], []])
  await syncToRest(other.domain)
  expect([one.recorded(), other.recorded()]).toEqual([[points(250, 300)], [points(250, 400)]])
})
