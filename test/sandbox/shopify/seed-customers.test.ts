import { parsePhoneNumberFromString } from 'libphonenumber-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Customer } from './customers/customer.ts'
import { type LoyaltyAppName, loyaltyApps } from './loyalty-apps/loyalty-apps.ts'
import { seedLoyalty } from './seed/loyalty.ts'
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

const loyaltyAppNames = Object.keys(loyaltyApps) as LoyaltyAppName[]

test.each(loyaltyAppNames)('a shop with %s has its definitions and fields, and none of another app', (loyaltyApp) => {
  const shop = shopify.addShop({ domain: `${loyaltyApp.toLowerCase()}.myshopify.com` })
  seedCustomers(shop, { ...seeding, count: 400, loyaltyApp })
  const { places, definitions } = loyaltyApps[loyaltyApp]
  const named = [...shop.customers.all()].map(({ metafields }) => Object.keys(metafields))
  const inProgram = named.filter((names) => names.length > 0).length / named.length

  expect(shop.metafieldDefinitions.map(({ namespace, key }) => `${namespace}.${key}`)).toEqual(
    definitions.map(({ namespace, key }) => `${namespace}.${key}`),
  )
  expect(new Set(named.flat())).toEqual(new Set(places))
  expect(inProgram).toBeGreaterThan(0.6)
  expect(shop.webhooks.stats.sent).toBe(0)
})

test('a program’s members are the same for the same seed, and all else about the customers is as without it', () => {
  const mage = seeded('mage-1.myshopify.com', { ...seeding, refused: true, loyaltyApp: 'mage' })

  expect(seeded('mage-2.myshopify.com', { ...seeding, refused: true, loyaltyApp: 'mage' })).toEqual(mage)
  expect(mage.map((customer) => ({ ...customer, metafields: {} }))).toEqual(
    customers.map((customer) => ({ ...customer, metafields: {} })),
  )
})

test('members without a tier, without points left, and people outside the program are among them', () => {
  const values = seeded('mage-3.myshopify.com', { ...seeding, loyaltyApp: 'mage' }).map(({ metafields }) => {
    const metafield = metafields['mage.loyalty']
    return metafield ? (JSON.parse(metafield.value) as { vip_tier: string | null; points_balance: number }) : null
  })
  const part = (fits: (value: (typeof values)[number]) => boolean) => values.filter(fits).length / values.length

  expect(part((value) => value === null)).toBeCloseTo(0.2, 1)
  expect(part((value) => value?.vip_tier === null)).toBeCloseTo(0.1, 1)
  expect(part((value) => value?.points_balance === 0)).toBeGreaterThan(0.05)
  expect(new Set(values.map((value) => value?.vip_tier)).size).toBe(7)
})

test('with Smile the tier is a name, a dash for none, or not there yet', () => {
  const values = seeded('smile-1.myshopify.com', { ...seeding, loyaltyApp: 'smile' }).map(
    ({ metafields }) => metafields['smile.vip_tier_name']?.value ?? null,
  )
  expect(new Set(values)).toEqual(new Set(['Bronze', 'Silver', 'Gold', 'Platinum', 'Ambassador ✨', '-', null]))
})

test('only when asked do some fields have a shape that the app does not promise, and two tags contradict each other', () => {
  const typesOf = (odd: boolean) => {
    const rows = seeded(`odd-mage-${odd}.myshopify.com`, { ...seeding, loyaltyApp: 'mage', odd })
    return new Set(rows.flatMap(({ metafields }) => metafields['mage.loyalty']?.type ?? []))
  }
  expect(typesOf(false)).toEqual(new Set(['json']))
  expect(typesOf(true)).toEqual(new Set(['json', 'single_line_text_field']))

  const tierTags = (odd: boolean) => {
    const rows = seeded(`odd-inveterate-${odd}.myshopify.com`, { ...seeding, loyaltyApp: 'inveterate', odd })
    return Math.max(...rows.map(({ tags }) => tags.filter((tag) => tag.startsWith('inveterate-tier#')).length))
  }
  expect(tierTags(false)).toBe(1)
  expect(tierTags(true)).toBe(2)
})

test('the members of a program are known to a test that puts customers into it', () => {
  const shop = shopify.addShop({ domain: 'known.myshopify.com' })
  shop.customers.createMany(200, () => ({}))
  const ids = [...shop.customers.all()].map(({ id }) => id)
  const { members, oddIds } = seedLoyalty(shop, loyaltyApps.okendo, { ids, seed: 3, nowMs })
  const balances = ids.map((id) => shop.customers.get(id)?.metafields['app--1576377--okendo.loyalty_points_balance'])

  expect(oddIds.size).toBe(0)
  expect(balances.map((balance) => (balance ? Number(balance.value) : null))).toEqual(
    ids.map((id) => members.get(id)?.points ?? null),
  )
})
