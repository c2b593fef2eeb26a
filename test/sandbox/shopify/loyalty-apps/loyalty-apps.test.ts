import { afterEach, beforeEach, expect, test } from 'vitest'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'
import { type ListeningApp, startListeningApp } from '../webhooks/listening-app.ts'
import { easypointsTierId } from './easypoints.ts'
import { inveterateTierIds } from './inveterate.ts'
import type { LoyaltyApp, Member } from './loyalty-app.ts'
import { type LoyaltyAppName, loyaltyApps } from './loyalty-apps.ts'

let shopify: StandInShopify
let app: ListeningApp
let shop: Shop

beforeEach(async () => {
  app = await startListeningApp()
  const now = () => Date.parse('2026-11-20T10:00:00Z')
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', appUrl: app.url, now })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterEach(async () => {
  await shopify.close()
  await app.close()
})

const gold: Member = {
  points: 1825,
  tier: 'Gold',
  lifetimePoints: 4000,
  credit: '18.25',
  expiresAt: '2027-02-05T00:00:00Z',
  referralLink: 'https://ada.example/r/ada',
  referralCode: 'ADA10',
}

interface Written {
  readonly metafields: Readonly<Record<string, string>>
  readonly tags: readonly string[]
}

/** What each app writes for the same member. */
const written: Record<LoyaltyAppName, Written> = {
  rivo: {
    metafields: {
      'app--3027137--rivo.points_balance': '1825',
      'app--3027137--rivo.credits_balance': '18.25',
      'app--3027137--rivo.loyalty_status': 'member',
      'app--3027137--rivo.membership_tier': 'Gold',
    },
    tags: ['Rivo Membership Tier: Gold'],
  },
  rivoLegacy: {
    metafields: {
      'custom.rivo':
        '{"points_balance":1825,"credits_balance":"18.25","vip_tier":"Gold","status":"member","dob":"01-30","dob_last_updated_at":"2026-01-30T00:00:00Z","referral_code":"ADA10"}',
    },
    tags: [],
  },
  appstle: {
    metafields: {
      'appstle_loyalty.customer_loyalty':
        '{"enabled":true,"points":1825,"vip_tier":"Gold","referral_link":"https://ada.example/r/ada"}',
    },
    tags: [],
  },
  okendo: {
    metafields: {
      'app--1576377--okendo.loyalty_points_balance': '1825',
      'app--1576377--okendo.loyalty_status': 'member',
      'app--1576377--okendo.loyalty_vip_tier': 'Gold',
    },
    tags: [],
  },
  loyaltylion: { metafields: { 'loyaltylion.loyalty_tier': 'Gold' }, tags: [] },
  growave: {
    metafields: {
      'growave.points_balance': '1825',
      'growave.referral_link': 'https://ada.example/r/ada',
      'growave.vip_tier': 'Gold',
    },
    tags: [],
  },
  memberr: {
    metafields: {
      'app--60169453569--memberr_v2.current_balance': '{"amount":"18.25","currency_code":"EUR"}',
      'app--60169453569--memberr_v2.upcoming_balance': '{"amount":"0.00","currency_code":"EUR"}',
      'app--60169453569--memberr_v2.customer_membership': 'Gold',
    },
    tags: [],
  },
  smile: { metafields: { 'smile.vip_tier_name': 'Gold' }, tags: [] },
  joy: { metafields: { 'avada_joy.point': '1825', 'avada_joy.vipTier': 'Gold' }, tags: [] },
  easypoints: {
    metafields: {
      'loyalty.balance': '1825',
      'loyalty.expires_at': '2027-02-05T00:00:00Z',
      'loyalty.tier_uid': easypointsTierId('Gold'),
    },
    tags: [],
  },
  inveterate: {
    metafields: { 'inveterate.balance': '18.25', 'inveterate.next_payment': '2027-02-05' },
    tags: [`inveterate-tier#${inveterateTierIds('Gold')[1]}`],
  },
  mage: {
    metafields: {
      'mage.loyalty':
        '{"points_balance":1825,"lifetime_points":4000,"redeemed_points":2175,"vip_tier":"Gold","status":"member"}',
    },
    tags: [],
  },
}

const apps = Object.entries(loyaltyApps) as [LoyaltyAppName, LoyaltyApp][]

function valuesOf(id: string): Record<string, string> {
  const { metafields } = shop.customers.get(id)!
  return Object.fromEntries(Object.entries(metafields).map(([place, { value }]) => [place, value]))
}

test.each(apps)('%s writes a member as its documentation says', (name, loyaltyApp) => {
  const { id } = shop.customers.create({ tags: ['vip'], points: 5 })
  loyaltyApp.write(shop, id, gold)

  expect(valuesOf(id)).toEqual({ 'loyalty.points': '5', ...written[name].metafields })
  expect(shop.customers.get(id)?.tags).toEqual([...written[name].tags, 'vip'].sort())
})

test.each(apps)('%s takes its own fields and tags away from one who leaves, and no others', (name, loyaltyApp) => {
  const { id } = shop.customers.create({ tags: ['vip'], points: 5 })
  loyaltyApp.write(shop, id, gold)
  loyaltyApp.write(shop, id, null)

  const guest = name === 'loyaltylion' ? { 'loyaltylion.loyalty_tier': 'Bronze' } : {}
  expect(valuesOf(id)).toEqual({ 'loyalty.points': '5', ...guest })
  expect(shop.customers.get(id)?.tags).toEqual(['vip'])
})

test.each(apps)('what %s shows of a member is in its metafields and tags', (_, loyaltyApp) => {
  const { id, metafields, tags } = (() => {
    const { id } = shop.customers.create()
    loyaltyApp.write(shop, id, gold)
    return shop.customers.get(id)!
  })()
  const texts = [...Object.values(metafields).map(({ value }) => value), ...tags].join('\n')
  const shown = loyaltyApp.shows(gold, { customerId: id, currency: 'EUR' })

  expect(Object.keys(shown).length).toBeGreaterThan(0)
  for (const value of Object.values(shown))
    expect(texts).toContain(String(typeof value === 'object' && value ? value.amount : value))
})

test.each(apps)(
  '%s writes its fields in one action: one event for each subscription, the tags by a webhook',
  async (name, loyaltyApp) => {
    const { id } = shop.customers.create()
    await shop.webhooks.flush()
    app.received.splice(0)
    loyaltyApp.write(shop, id, gold)
    await shop.webhooks.flush()

    const told = app.received.map(({ headers }) => headers['shopify-handle'] ?? headers['x-shopify-topic'])
    expect(told.sort()).toEqual(toldOf[name])
  },
)

/** What a change of all fields sends. The namespaces of Rivo's newer format and of Okendo are not known, so nothing hears of them. */
const toldOf: Record<LoyaltyAppName, string[]> = {
  rivo: ['customer.tags_added'],
  rivoLegacy: ['loyalty-rivo'],
  smile: ['loyalty-smile'],
  joy: ['loyalty-joy'],
  appstle: ['loyalty-appstle'],
  okendo: [],
  loyaltylion: ['loyalty-loyaltylion'],
  growave: ['loyalty-growave', 'loyalty-growave-probable'],
  easypoints: ['loyalty-easypoints'],
  inveterate: ['customer.tags_added', 'loyalty-inveterate'],
  mage: ['loyalty-mage'],
  memberr: ['loyalty-memberr'],
}

test.each(apps)(
  '%s is installed once, with definitions for its own fields that every app may read',
  (_, loyaltyApp) => {
    const before = shop.metafieldDefinitions.length
    loyaltyApp.install(shop)
    loyaltyApp.install(shop)
    const added = shop.metafieldDefinitions.slice(before)

    expect(added).toHaveLength(loyaltyApp.definitions.length)
    for (const { namespace, key, access } of added) {
      expect(loyaltyApp.places).toContain(`${namespace}.${key}`)
      expect(access.admin).toBe('PUBLIC_READ')
    }
    expect(new Set(shop.metafieldDefinitions.map(({ id }) => id)).size).toBe(shop.metafieldDefinitions.length)
  },
)

test('Smile says no tier with a dash', () => {
  const { id } = shop.customers.create()
  loyaltyApps.smile.write(shop, id, { points: 0, tier: null })
  expect(valuesOf(id)).toEqual({ 'smile.vip_tier_name': '-' })
})

test('a change of tier with Rivo or Inveterate takes the old tag away', async () => {
  const { id } = shop.customers.create()
  for (const name of ['rivo', 'inveterate'] as const) {
    loyaltyApps[name].write(shop, id, gold)
    loyaltyApps[name].write(shop, id, { ...gold, tier: 'Silver' })
  }
  expect(shop.customers.get(id)?.tags).toEqual([
    'Rivo Membership Tier: Silver',
    `inveterate-tier#${inveterateTierIds('Silver')[1]}`,
  ])
})

test('two customers of one Inveterate tier may have two ids for it', () => {
  const tags = ['10', '11'].map((id) => {
    shop.customers.create({ id })
    loyaltyApps.inveterate.write(shop, id, gold)
    return shop.customers.get(id)?.tags[0]
  })
  expect(tags).toEqual(inveterateTierIds('Gold').map((id) => `inveterate-tier#${id}`))
})
