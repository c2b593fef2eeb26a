import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Customer } from './customers/customer.ts'
import { seedCustomers } from './seed-customers.ts'
import { type StandInShopify, startShopify } from './server.ts'

const nowMs = Date.parse('2026-11-20T10:00:00Z')
const seeding = { count: 2000, seed: 7, nowMs }

let shopify: StandInShopify
let customers: readonly Customer[]

beforeAll(async () => {
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => nowMs })
  customers = seeded('ada.myshopify.com', { ...seeding, refused: true })
})

afterAll(async () => {
  await shopify.close()
})

function seeded(domain: string, asked: Parameters<typeof seedCustomers>[1], b2b = false): readonly Customer[] {
  const shop = shopify.addShop({ domain, b2b })
  seedCustomers(shop, asked)
  return [...shop.customers.all()]
}

const share = (fits: (customer: Customer) => boolean) => customers.filter(fits).length / customers.length

test('the same seed makes the same customers, another makes others', () => {
  expect(seeded('again.myshopify.com', { ...seeding, refused: true })).toEqual(customers)
  expect(seeded('other.myshopify.com', { ...seeding, seed: 8 })).not.toEqual(customers)
})

test('a larger shop begins with the customers of the smaller one', () => {
  expect(seeded('small.myshopify.com', { ...seeding, count: 50, refused: true })).toEqual(customers.slice(0, 50))
})

test('four in a hundred have no e-mail address, half of them a phone number', () => {
  expect(share(({ defaultEmailAddress }) => defaultEmailAddress === null)).toBe(0.04)
  expect(
    share(({ defaultEmailAddress, defaultPhoneNumber }) => !defaultEmailAddress && defaultPhoneNumber !== null),
  ).toBe(0.02)
})

test('two in a hundred have a malformed address, in many ways', () => {
  const malformed = customers.filter(({ defaultEmailAddress }) => defaultEmailAddress?.validFormat === false)
  const shapes = malformed.map(({ defaultEmailAddress }) => defaultEmailAddress?.emailAddress.replace(/[\w-]+/g, 'x'))

  expect(malformed).toHaveLength(40)
  expect(new Set(shapes).size).toBeGreaterThan(8)
})

test('only when asked is one in a hundred refused by Klaviyo', () => {
  const isRefused = ({ defaultEmailAddress }: Customer) =>
    defaultEmailAddress?.emailAddress.startsWith('refused.') ?? false

  expect(share(isRefused)).toBe(0.01)
  expect(seeded('kind.myshopify.com', seeding).some(isRefused)).toBe(false)
})

test('no address is taken twice', () => {
  const addresses = customers.flatMap(({ defaultEmailAddress }) => defaultEmailAddress?.emailAddress ?? [])
  expect(new Set(addresses).size).toBe(addresses.length)
})

test('names come in many scripts, from right to left and with emoji', () => {
  const names = customers.map(({ displayName }) => displayName).join(' ')
  for (const script of [
    'Latin',
    'Cyrillic',
    'Greek',
    'Arabic',
    'Hebrew',
    'Han',
    'Hiragana',
    'Hangul',
    'Devanagari',
    'Thai',
  ]) {
    expect(names, script).toMatch(new RegExp(`\\p{Script=${script}}`, 'u'))
  }
  expect(names).toMatch(/\p{Extended_Pictographic}/u)
})

test('phone numbers are mostly good, international and national, and some are none', () => {
  const numbers = customers.flatMap(({ defaultPhoneNumber, defaultAddress }) => {
    const country = defaultAddress?.countryCodeV2 as Parameters<typeof parsePhoneNumberFromString>[1]
    return defaultPhoneNumber
      ? [parsePhoneNumberFromString(defaultPhoneNumber.phoneNumber, country)?.isPossible() ?? false]
      : []
  })
  const good = numbers.filter(Boolean).length / numbers.length

  expect(numbers.length).toBeGreaterThan(900)
  expect(good).toBeGreaterThan(0.8)
  expect(good).toBeLessThan(0.99)
})

test('addresses lie in more than a dozen countries', () => {
  expect(new Set(customers.map(({ defaultAddress }) => defaultAddress?.countryCodeV2)).size).toBeGreaterThan(14)
})

test('a third of the ids pass 2^53', () => {
  const big = share(({ id }) => BigInt(id) > BigInt(Number.MAX_SAFE_INTEGER))
  expect(big).toBeCloseTo(1 / 3, 2)
})

test('four in five are in the loyalty scheme', () => {
  const inScheme = share(({ metafields }) => metafields['loyalty.points'] !== undefined)

  expect(inScheme).toBeGreaterThan(0.77)
  expect(inScheme).toBeLessThan(0.83)
  expect(new Set(customers.map(({ metafields }) => metafields['loyalty.tier']?.value)).size).toBeGreaterThan(4)
})

test('tags, states, consents and orders vary, and nobody was changed before being made', () => {
  expect(new Set(customers.map(({ tags }) => tags.join())).size).toBeGreaterThan(20)
  expect(new Set(customers.map(({ state }) => state))).toEqual(new Set(['DISABLED', 'ENABLED', 'INVITED', 'DECLINED']))
  expect(new Set(customers.map(({ defaultEmailAddress }) => defaultEmailAddress?.marketingState)).size).toBe(6)
  expect(new Set(customers.map(({ numberOfOrders }) => numberOfOrders)).size).toBeGreaterThan(20)
  expect(customers.every(({ createdAt, updatedAt }) => createdAt <= updatedAt)).toBe(true)
})

test('on a shop with B2B some order for companies', () => {
  const buyers = seeded('b2b.myshopify.com', seeding, true).filter(
    ({ companyContactProfiles }) => companyContactProfiles.length > 0,
  )

  expect(buyers).toHaveLength(80)
  expect(new Set(buyers.map(({ companyContactProfiles }) => companyContactProfiles[0]?.company.name)).size).toBe(5)
})
