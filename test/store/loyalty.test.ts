import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultLoyalty, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import { settleJob, withdrawJob } from '#app/store/import-jobs.ts'
import { scheduleReconcile } from '#app/store/integration.ts'
import {
  countEvents,
  deferEvent,
  deleteEvents,
  dropEvent,
  type LoyaltyEvent,
  listDueEvents,
  postponeEvents,
  saveLoyaltyEvents,
} from '#app/store/loyalty-events.ts'
import { allowEvents, refuseEvents, restartEvents } from '#app/store/loyalty-settings.ts'
import {
  findKnownLoyalty,
  forgetLoyaltyKinds,
  forgetLoyaltyOf,
  holdLoyalty,
  listCarriedLoyalty,
  saveCarriedLoyalty,
  saveLoyaltyBackfill,
  saveLoyaltyValues,
} from '#app/store/loyalty-values.ts'
import { saveChoice } from '#app/store/settings.ts'
import { listNextWork } from '#app/store/shop-leases.ts'
import { findShop } from '#app/store/shops.ts'
import { at, customerId, givenConnectedShop, givenImportOf, givenStatus, useStore } from './given-store.ts'

const store = useStore()

const [ada, ben] = [customerId(1), customerId(2)]
const now = at('12:00:00')
const later = at('13:00:00')
const gold = { points: 250, tier: 'Gold' }

async function saveLoyalty(shop: ShopDomain, choice: LoyaltyChoice, now: Date, on: Sql): Promise<void> {
  await saveChoice(shop, 'loyalty', { choice, comparedFrom: null }, on)
  await restartEvents(shop, now, on)
}

async function givenLoyalShop(): Promise<ShopDomain> {
  const shop = await givenConnectedShop()
  await scheduleReconcile(shop, at('23:00:00'))
  await transaction((on) => saveLoyalty(shop, { ...defaultLoyalty, on: true }, at('09:00:00'), on))
  return shop
}

function event(differs: Partial<LoyaltyEvent> = {}): LoyaltyEvent {
  const change = { kind: 'points', oldValue: 250, newValue: 300 } as const
  return { ...change, id: randomUUID(), customerId: ada, at: now, backfill: false, ...differs }
}

const save = (shop: ShopDomain, ...events: LoyaltyEvent[]) => transaction((on) => saveLoyaltyEvents(shop, events, on))
const saveValues = (shop: ShopDomain, values: { points: number | null; tier: string | null }) =>
  transaction((on) => saveLoyaltyValues(shop, [{ customerId: ada, values }], on))
const known = (shop: ShopDomain) => transaction((on) => findKnownLoyalty(shop, [ada, ben], on))
const dueAt = async (shop: ShopDomain) => (await listNextWork(shop, now))[0]?.at ?? null

test('values are known as they were saved last, whatever they are', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  expect(await known(shop)).toEqual(new Map([[ada, { values: gold, backfill: false }]]))
  await saveValues(shop, { points: null, tier: '"; drop table shop' })
  expect((await known(shop)).get(ada)?.values).toEqual({ points: null, tier: '"; drop table shop' })
})

test('a customer that a full run handed over is known as such until the next delivery', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  await transaction((on) => saveLoyaltyBackfill(shop, [ada, ben], on))
  expect((await known(shop)).get(ada)).toEqual({ values: gold, backfill: true })
  await saveValues(shop, gold)
  expect((await known(shop)).get(ada)?.backfill).toBe(false)
})

test.each(['settled', 'withdrawn'] as const)('a job that is %s carries nothing any more', async (how) => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  const { id: job, profiles } = await givenImportOf(shop, ada, later)
  const rows = [ada, ben].map((customerId) => ({ customerId, values: { points: 300, tier: null } }))
  await transaction((on) => saveCarriedLoyalty(shop, { job, backfill: true, rows }, on))
  expect(await transaction((on) => listCarriedLoyalty(shop, job, on)), 'only what the job does carry').toEqual([
    { customerId: ada, values: { points: 300, tier: null }, known: { values: gold, backfill: true } },
  ])
  await transaction(
    async (on) =>
      void (how === 'settled' ? await settleJob(shop, job, [], now, on) : await withdrawJob(shop, job, profiles, on)),
  )
  expect(await store.rows('select import_job, sent_points, backfill from loyalty_value where shop = $1', shop)).toEqual(
    [{ import_job: null, sent_points: null, backfill: how === 'settled' }],
  )
  expect((await known(shop)).get(ada)?.values, 'what was delivered is the settling step’s to say').toEqual(gold)
})

test('values read under an earlier choice are not stored', async () => {
  const shop = await givenLoyalShop()
  const { changedAt } = (await findShop(shop))!.loyalty
  const holds = (changedAt: Date | null) => transaction((on) => holdLoyalty(shop, changedAt, on))
  expect([await holds(changedAt), await holds(null), await holds(at('08:59:59'))]).toEqual([true, false, false])
  await transaction((on) => saveLoyalty(shop, defaultLoyalty, now, on))
  expect(await holds(now), 'it is off').toBe(false)
})

test('choosing another metafield for the points forgets the earlier one’s values and events', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  await save(shop, event(), event({ kind: 'tier', oldValue: 'Silver', newValue: 'Gold' }))
  await transaction((on) => forgetLoyaltyKinds(shop, ['points'], on))
  expect((await known(shop)).get(ada)?.values).toEqual({ points: null, tier: 'Gold' })
  expect(await store.rows('select metric from loyalty_event where shop = $1', shop)).toEqual([{ metric: 'tier' }])
})

test('of each customer the oldest event is due, and none before its time', async () => {
  const shop = await givenLoyalShop()
  const [first, second, other] = [event(), event({ kind: 'tier' }), event({ customerId: ben })]
  await save(shop, first, second, other)
  const due = async (when = now) => (await listDueEvents(shop, 10, when)).map(({ id }) => id)
  expect(await due()).toEqual([first.id, other.id])
  await deferEvent(shop, first.id, { attempt: 1, notBefore: later })
  expect(await due(), 'the newer one waits behind it').toEqual([other.id])
  await deleteEvents(shop, [other.id])
  expect(await dueAt(shop)).toEqual(later)
  await deleteEvents(shop, [first.id])
  expect(await due()).toEqual([second.id])
  await postponeEvents(shop, [second.id], later)
  expect(await listDueEvents(shop, 10, later)).toMatchObject([{ id: second.id, attempt: 0, klaviyoId: null }])
})

test('an event that is given up is counted once, until the loyalty settings are saved again', async () => {
  const shop = await givenLoyalShop()
  const one = event()
  await save(shop, one, event({ customerId: ben }))
  await dropEvent(shop, one.id)
  await dropEvent(shop, one.id)
  expect(await findShop(shop)).toMatchObject({ loyaltyDropped: 1 })
  expect(await countEvents(shop)).toBe(1)
  await transaction((on) => saveLoyalty(shop, defaultLoyalty, now, on))
  expect(await findShop(shop)).toMatchObject({ loyaltyDropped: 0 })
})

test('while the key may not record events they are no work before it is tried again', async () => {
  const shop = await givenLoyalShop()
  await save(shop, event())
  expect(await dueAt(shop)).toEqual(now)
  expect(await refuseEvents(shop, { now, retryAt: later }), 'news').toBe(true)
  expect([await dueAt(shop), (await listDueEvents(shop, 10, now)).length]).toEqual([later, 0])
  expect(await refuseEvents(shop, { now: later, retryAt: at('14:00:00') }), 'no news').toBe(false)
  expect(await findShop(shop)).toMatchObject({ loyaltyRefusedAt: now })
  expect(await dueAt(shop)).toEqual(at('14:00:00'))
  await allowEvents(shop)
  expect(await dueAt(shop)).toEqual(now)
})

test('while the integration is off, events are no work', async () => {
  const shop = await givenLoyalShop()
  await save(shop, event())
  await givenStatus(shop, 'off')
  expect(await dueAt(shop)).toBeNull()
})

test('with a deleted customer, both are deleted', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  await save(shop, event(), event({ customerId: ben }))
  await transaction((on) => forgetLoyaltyOf(shop, [ada], on))
  expect([(await known(shop)).size, await countEvents(shop)]).toEqual([0, 1])
})
