import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultLoyalty, type LoyaltyChoice, type LoyaltyValues } from '#app/core/profile/loyalty.ts'
import { noTimes } from '#app/core/profile/loyalty-times.ts'
import { computedOn } from '#app/core/profile/mapped-fields.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import { clearBlock, saveBlock } from '#app/store/blocked.ts'
import { autocommit, type Sql, transaction } from '#app/store/database.ts'
import { settleImport, withdrawImport } from '#app/store/imports.ts'
import { scheduleReconcile } from '#app/store/integration.ts'
import { countDropped, restartEvents } from '#app/store/loyalty-settings.ts'
import {
  findKnownLoyalty,
  forgetLoyaltyEvents,
  forgetLoyaltyKinds,
  forgetLoyaltyOf,
  listCarriedLoyalty,
  releaseCarriedLoyalty,
  saveCarriedLoyalty,
  saveIntendedLoyalty,
  saveLoyaltyBackfill,
  saveLoyaltyValues,
} from '#app/store/loyalty-values.ts'
import { countRequests, saveRequests } from '#app/store/outbox.ts'
import { holdLoyaltyChoices, saveChoice } from '#app/store/settings.ts'
import { listNextWork } from '#app/store/shop-leases.ts'
import { findShop } from '#app/store/shops.ts'
import { at, customerId, givenConnectedShop, givenImportOf, givenStatus, useStore } from './given-store.ts'

const store = useStore()

const [ada, ben] = [customerId(1), customerId(2)]
const now = at('12:00:00')
const later = at('13:00:00')
const gold = { points: 250, tier: 'Gold' }
const times = { tierSince: at('08:00:00'), changedAt: at('09:00:00') }

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

const event = (subject = ada, metric: Meaning = 'points') => ({
  subject,
  payload: { metric, oldValue: 250, newValue: 300, backfill: false },
})
const save = (shop: ShopDomain, ...events: ReturnType<typeof event>[]) =>
  saveRequests(shop, 'event', events, now, autocommit)
const saveValues = (shop: ShopDomain, values: LoyaltyValues, times = noTimes) =>
  transaction((on) => saveLoyaltyValues(shop, [{ customerId: ada, values, times }], on))
const refuse = (shop: ShopDomain, times: { now: Date; until: Date }) =>
  saveBlock(shop, 'event', { reason: 'scope_missing', ...times }, autocommit)
const known = (shop: ShopDomain) => transaction((on) => findKnownLoyalty(shop, [ada, ben], on))
const dueAt = async (shop: ShopDomain) => (await listNextWork(shop, now))[0]?.at ?? null

test('values are known as they were saved last, whatever they are', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold, times)
  expect(await known(shop)).toEqual(
    new Map([[ada, { delivered: { values: gold, times }, sent: null, backfill: false }]]),
  )
  await saveValues(shop, { points: null, tier: '"; drop table shop' })
  expect((await known(shop)).get(ada)?.delivered).toEqual({
    ...{ values: { points: null, tier: '"; drop table shop' }, times: noTimes },
  })
})

test('a value that was not read stays known', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  await saveValues(shop, { points: 300, status: 'member' })
  expect((await known(shop)).get(ada)?.delivered.values).toEqual({ points: 300, tier: 'Gold', status: 'member' })
})

test('what is about to be sent is known until it was delivered, of customers of which values are known', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  const sent = { values: { points: 300 }, times }
  const intended = [ada, ben].map((customerId) => ({ customerId, ...sent }))
  await transaction((on) => saveIntendedLoyalty(shop, intended, on))
  expect(await known(shop)).toEqual(
    new Map([[ada, { delivered: { values: gold, times: noTimes }, sent, backfill: false }]]),
  )
  await saveValues(shop, { points: 300 }, times)
  expect((await known(shop)).get(ada)).toMatchObject({ delivered: { values: { points: 300 }, times }, sent: null })
})

test('a customer that a full run handed over is known as such until the next delivery', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  await transaction((on) => saveLoyaltyBackfill(shop, [ada, ben], on))
  expect((await known(shop)).get(ada)).toMatchObject({ delivered: { values: gold }, backfill: true })
  await saveValues(shop, gold)
  expect((await known(shop)).get(ada)?.backfill).toBe(false)
})

test.each(['settled', 'withdrawn'] as const)('a job that is %s carries nothing any more', async (how) => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  const { id: job, carried } = await givenImportOf(shop, ada, later)
  const rows = [ada, ben].map((customerId) => ({ customerId, values: { points: 300, tier: null }, times }))
  await transaction((on) => saveCarriedLoyalty(shop, { job, backfill: true, rows }, on))
  expect(await transaction((on) => listCarriedLoyalty(shop, job, on)), 'only what the job does carry').toEqual([
    { ...rows[0], known: { delivered: { values: gold, times: noTimes }, sent: expect.anything(), backfill: true } },
  ])
  await transaction(
    async (on) =>
      void (how === 'settled'
        ? await settleImport(shop, job, [], now, on)
        : await withdrawImport(shop, job, carried, on)),
  )
  expect(
    await store.rows('select request, sent, sent_changed_at, backfill from loyalty_value where shop = $1', shop),
  ).toEqual([{ request: null, sent: null, sent_changed_at: null, backfill: how === 'settled' }])
  expect((await known(shop)).get(ada)?.delivered.values, 'what was delivered is the settling step’s to say').toEqual(
    gold,
  )
})

test('what a job of unknown result carried may have been delivered', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  const { id: job } = await givenImportOf(shop, ada, later)
  const sent = { values: { points: 300 }, times }
  await transaction((on) =>
    saveCarriedLoyalty(shop, { job, backfill: false, rows: [{ customerId: ada, ...sent }] }, on),
  )
  await transaction((on) => releaseCarriedLoyalty(shop, job, on))
  expect(await transaction((on) => listCarriedLoyalty(shop, job, on))).toEqual([])
  expect((await known(shop)).get(ada)).toMatchObject({ delivered: { values: gold }, sent })
})

test('choices that were changed since values were read are known when these are stored', async () => {
  const shop = await givenLoyalShop()
  const read = (await findShop(shop))!
  const held = () => transaction((on) => holdLoyaltyChoices(shop, read, on))
  expect(await held()).toEqual({ mapping: read.mapping.mapping, loyalty: { ...defaultLoyalty, on: true } })
  await transaction((on) => saveLoyalty(shop, defaultLoyalty, now, on))
  expect((await held()).loyalty).toEqual(defaultLoyalty)
  const mapping = { ...read.mapping.mapping, computed: computedOn }
  await transaction((on) => saveChoice(shop, 'mapping', { choice: mapping, comparedFrom: null }, on))
  expect((await held()).mapping.computed).toEqual(computedOn)
})

test('choosing another metafield for the points forgets the earlier one’s values and events', async () => {
  const shop = await givenLoyalShop()
  await saveValues(shop, gold)
  await save(shop, event(), event(ada, 'tier'))
  await transaction((on) => forgetLoyaltyKinds(shop, ['points'], on))
  await transaction((on) => forgetLoyaltyEvents(shop, ['points'], on))
  expect((await known(shop)).get(ada)?.delivered.values).toEqual({ tier: 'Gold' })
  expect(await store.rows(`select payload->'metric' as metric from outbox where shop = $1`, shop)).toEqual([
    { metric: 'tier' },
  ])
})

test('events that are given up are counted, until the loyalty settings are saved again', async () => {
  const shop = await givenLoyalShop()
  for (let i = 0; i < 2; i++) await transaction((on) => countDropped(shop, on))
  expect(await findShop(shop)).toMatchObject({ loyaltyDropped: 2 })
  await transaction((on) => saveLoyalty(shop, defaultLoyalty, now, on))
  expect(await findShop(shop)).toMatchObject({ loyaltyDropped: 0 })
})

test('while the key may not record events they are no work before it is tried again', async () => {
  const shop = await givenLoyalShop()
  await save(shop, event())
  expect(await dueAt(shop)).toEqual(now)
  expect(await refuse(shop, { now, until: later }), 'news').toBe(true)
  expect(await dueAt(shop)).toEqual(later)
  expect(await refuse(shop, { now: later, until: at('14:00:00') }), 'no news').toBe(false)
  expect(await findShop(shop)).toMatchObject({ blocked: { event: { since: now, until: at('14:00:00') } } })
  expect(await dueAt(shop)).toEqual(at('14:00:00'))
  await clearBlock(shop, 'event', autocommit)
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
  await save(shop, event(), event(ben))
  await transaction((on) => forgetLoyaltyOf(shop, [ada], on))
  expect([(await known(shop)).size, await countRequests(shop, 'event')]).toEqual([0, 1])
})
