import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { clearBlock, saveBlock } from '#app/store/blocked.ts'
import { autocommit } from '#app/store/database.ts'
import {
  countRequests,
  deferRequest,
  deleteRequests,
  findSubjects,
  forgetRequests,
  hasRequests,
  listDueRequests,
  postponeRequests,
  saveRequests,
} from '#app/store/outbox.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()
const now = at('10:00:00')
const later = at('11:00:00')

const fetchIds = (subject: string) => ({ subject, payload: { next: null } })
const save = (shop: ShopDomain, ...subjects: string[]) =>
  saveRequests(shop, 'fetch_ids', subjects.map(fetchIds), now, autocommit)
const due = (shop: ShopDomain, when = now, limit = 9) =>
  listDueRequests(shop, 'fetch_ids', { accountId: 'account', limit, now: when })
const subjectsDue = async (...given: Parameters<typeof due>) => (await due(...given)).map(({ subject }) => subject)

test('a request is due at once, and in no other shop', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  await save(shop, 'one')
  await save(shop, 'two', 'three')
  expect(await due(shop, now, 1)).toMatchObject([
    { kind: 'fetch_ids', subject: 'one', payload: { next: null }, remoteId: null, state: 'written', attempt: 0 },
  ])
  expect((await subjectsDue(shop)).sort()).toEqual(['one', 'three', 'two'])
  expect([
    await due(other),
    await hasRequests(other, 'fetch_ids', autocommit),
    await countRequests(other, 'fetch_ids'),
  ]).toEqual([[], false, 0])
})

test('a repeat changes nothing', async () => {
  const shop = await givenShop()
  await save(shop, 'one')
  const [first] = await due(shop)
  await deferRequest(shop, first!.id, { attempt: 2, notBefore: later, state: 'sent', remoteId: 'r' }, autocommit)
  await save(shop, 'one', 'two', 'two')
  expect(await subjectsDue(shop)).toEqual(['two'])
  expect(await due(shop, later)).toMatchObject([{ subject: 'two' }, { attempt: 2, state: 'sent', remoteId: 'r' }])
})

test('what is deferred is due later, with what was changed of it', async () => {
  const shop = await givenShop()
  await save(shop, 'one')
  const { id } = (await due(shop))[0]!
  await deferRequest(shop, id, { attempt: 1, notBefore: later, payload: { next: '/page/2' } }, autocommit)
  expect(await due(shop)).toEqual([])
  expect(await due(shop, later)).toMatchObject([{ attempt: 1, payload: { next: '/page/2' }, state: 'written' }])
  await postponeRequests(shop, [id], at('12:00:00'))
  expect(await due(shop, later)).toEqual([])
  expect(await due(shop, at('12:00:00'))).toMatchObject([{ attempt: 1 }])
})

test('one that has ended is no longer there', async () => {
  const shop = await givenShop()
  await save(shop, 'one', 'two', 'three')
  const [one] = await due(shop)
  await deleteRequests(shop, [one!.id], autocommit)
  expect(await findSubjects(shop, 'fetch_ids', ['one', 'two'], autocommit)).toEqual(new Set(['two']))
  await forgetRequests(shop, ['fetch_ids'], autocommit, ['two'])
  expect(await countRequests(shop, 'fetch_ids')).toBe(1)
  await forgetRequests(shop, ['fetch_ids'], autocommit)
  expect(await hasRequests(shop, 'fetch_ids', autocommit)).toBe(false)
})

test('one for another account waits until that is connected', async () => {
  const shop = await givenShop()
  await save(shop, 'one', 'two')
  await store.rows(`update outbox set account_id = 'another' where shop = $1 and subject = 'one'`, shop)
  await store.rows(`update outbox set account_id = 'account' where shop = $1 and subject = 'two'`, shop)
  expect(await subjectsDue(shop)).toEqual(['two'])
})

const event = (subject: string, newValue = 0) => ({
  subject,
  payload: { metric: 'points', oldValue: 0, newValue, backfill: false } as const,
})
const eventsDue = async (shop: ShopDomain, when = now) =>
  (await listDueRequests(shop, 'event', { accountId: 'account', limit: 9, now: when })).map(
    ({ subject, payload }) => `${subject}: ${payload.newValue}`,
  )

test('a customer’s events are due one after the other, in the order in which they were saved, whatever the clock said', async () => {
  const shop = await givenShop()
  await saveRequests(shop, 'event', [event('1', 1), event('2', 1), event('1', 2)], now, autocommit)
  await saveRequests(shop, 'event', [event('1', 3), event('1', 4)], now, autocommit)
  await saveRequests(shop, 'event', [event('1', 5)], at('09:59:59'), autocommit)
  const order: string[] = []
  for (;;) {
    const first = (await listDueRequests(shop, 'event', { accountId: 'account', limit: 9, now })).find(
      ({ subject }) => subject === '1',
    )
    if (!first) break
    order.push(`${first.payload.newValue}`)
    await deleteRequests(shop, [first.id], autocommit)
  }
  expect(order).toEqual(['1', '2', '3', '4', '5'])
  expect(await eventsDue(shop)).toEqual(['2: 1'])
})

test('an event that has to wait holds back the later ones of its customer, and of no other', async () => {
  const shop = await givenShop()
  await saveRequests(shop, 'event', [event('1', 1), event('1', 2), event('2', 1)], now, autocommit)
  const [first] = await listDueRequests(shop, 'event', { accountId: 'account', limit: 1, now })
  expect(first).toMatchObject({ subject: '1', createdAt: now })
  await deferRequest(shop, first!.id, { attempt: 1, notBefore: later }, autocommit)
  expect(await eventsDue(shop)).toEqual(['2: 1'])
  expect((await eventsDue(shop, later)).sort()).toEqual(['1: 1', '2: 1'])
})

test('while a kind is blocked none of it is due', async () => {
  const shop = await givenShop()
  await saveRequests(shop, 'event', [event('1', 1)], now, autocommit)
  await save(shop, 'one')
  expect(await saveBlock(shop, 'event', { reason: 'scope_missing', now, until: later }, autocommit)).toBe(true)
  expect([await eventsDue(shop), await subjectsDue(shop)]).toEqual([[], ['one']])
  expect(await eventsDue(shop, later)).toEqual(['1: 1'])
  expect(
    await saveBlock(shop, 'event', { reason: 'scope_missing', now: later, until: at('12:00:00') }, autocommit),
  ).toBe(false)
  await clearBlock(shop, 'event', autocommit)
  expect(await eventsDue(shop)).toEqual(['1: 1'])
})
