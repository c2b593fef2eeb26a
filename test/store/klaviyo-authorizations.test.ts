import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import {
  deleteUnreturned,
  findUnreturned,
  keepAuthorization,
  saveAuthorization,
  saveReturn,
  takeAuthorization,
} from '#app/store/klaviyo-authorizations.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()
const NOW = at('12:00:00')
const LATER = at('12:09:59')
const TOO_LATE = at('12:10:01')
const returned = { kind: 'code', code: 'the-code' } as const
const ada = { userId: '42', state: 'ada.state', verifier: 'the-verifier', first: 'choose' } as const

async function givenReturn(shop: ShopDomain): Promise<void> {
  await saveAuthorization(shop, ada, NOW)
  expect(await saveReturn(shop, { state: ada.state, ticket: 'ticket', returned }, NOW)).toBe(true)
}

test('a login that was begun and returned is taken once, with its verifier, code and choice', async () => {
  const shop = await givenShop()
  await givenReturn(shop)
  expect(await takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, LATER)).toMatchObject({
    verifier: 'the-verifier',
    first: 'choose',
    found: returned,
  })
  expect(await takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, LATER)).toBeNull()
})

test('of many who take the same login at once, one gets it', async () => {
  const shop = await givenShop()
  await givenReturn(shop)
  const takers = Array.from({ length: 8 }, () => takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, LATER))
  expect((await Promise.all(takers)).filter((taken) => taken !== null)).toHaveLength(1)
})

test('Klaviyo returns with a state once, with one that was begun, and within ten minutes', async () => {
  const shop = await givenShop()
  await givenReturn(shop)
  const again = { state: ada.state, ticket: 'another', returned }
  expect(await saveReturn(shop, again, LATER)).toBe(false)
  expect(await saveReturn(shop, { ...again, state: 'never begun' }, LATER)).toBe(false)
  await saveAuthorization(shop, { ...ada, state: 'old' }, NOW)
  expect(await saveReturn(shop, { ...again, state: 'old' }, TOO_LATE)).toBe(false)
  expect(await saveReturn(await givenShop(), { ...again, state: 'old' }, NOW)).toBe(false)
})

test('a ticket is worth nothing for another user or another shop, without Klaviyo’s return, or after ten minutes', async () => {
  const shop = await givenShop()
  const other = await givenShop()
  await givenReturn(shop)
  expect(await takeAuthorization(shop, { userId: '43', ticket: 'ticket' }, NOW)).toBeNull()
  expect(await takeAuthorization(other, { userId: '42', ticket: 'ticket' }, NOW)).toBeNull()
  expect(await takeAuthorization(shop, { userId: '42', ticket: 'state' }, NOW)).toBeNull()
  expect(await takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, TOO_LATE)).toBeNull()
  expect(await takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, LATER)).not.toBeNull()
})

test('while the merchant is asked about the account, the tokens are kept under the same ticket', async () => {
  const shop = await givenShop()
  await givenReturn(shop)
  const taken = await takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, NOW)
  await keepAuthorization(shop, taken!, { tokens: 'the-tokens' }, LATER)
  expect(await takeAuthorization(shop, { userId: '42', ticket: 'ticket' }, TOO_LATE)).toMatchObject({
    found: { kind: 'tokens', tokens: 'the-tokens' },
  })
})

test('neither state, ticket, verifier, code nor tokens are readable in the database', async () => {
  const shop = await givenShop()
  await givenReturn(shop)
  const rows = JSON.stringify(await store.rows('select * from klaviyo_authorization where shop = $1', shop))
  for (const secret of [ada.state, '"ticket"', 'the-verifier', 'the-code']) expect(rows).not.toContain(secret)
})

test('a shop begins five logins in ten minutes, and the next when the oldest of them is ten minutes old', async () => {
  const shop = await givenShop()
  const begin = (i: number, now: Date) => saveAuthorization(shop, { ...ada, state: `state ${i}` }, now)
  const first = await Promise.all(Array.from({ length: 7 }, (_, i) => begin(i, NOW)))
  expect(first.filter((until) => until === null)).toHaveLength(5)
  expect(await begin(8, LATER)).toEqual(at('12:10:00'))
  expect(await begin(9, TOO_LATE)).toBeNull()
})

test('a shop without the app begins nothing', async () => {
  const unknown = 'unknown.myshopify.com' as ShopDomain
  await saveAuthorization(unknown, ada, NOW)
  expect(await saveReturn(unknown, { state: ada.state, ticket: 'ticket', returned }, NOW)).toBe(false)
})

test('that Klaviyo sent nobody back is known for ten minutes, to whoever began, until the return or the next try', async () => {
  const shop = await givenShop()
  await saveAuthorization(shop, ada, NOW)
  expect(await findUnreturned(shop, '42', LATER)).toEqual({ since: NOW, first: 'choose' })
  expect(await findUnreturned(shop, '43', LATER)).toBeNull()
  expect(await findUnreturned(shop, '42', TOO_LATE)).toBeNull()
  await deleteUnreturned(shop, '43')
  expect(await findUnreturned(shop, '42', LATER)).toEqual({ since: NOW, first: 'choose' })
  await deleteUnreturned(shop, '42')
  expect(await findUnreturned(shop, '42', LATER)).toBeNull()
})
