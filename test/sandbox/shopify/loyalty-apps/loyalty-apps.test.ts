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

test.each(apps)(
  '%s writes a member as its documentation says, and keeps to its own fields and tags',
  (name, loyaltyApp) => {
    const { id } = shop.customers.create({ tags: ['vip'] })
    loyaltyApp.write(shop, id, gold)
    const { metafields, tags } = shop.customers.get(id)!

    expect(Object.fromEntries(Object.entries(metafields).map(([place, { value }]) => [place, value]))).toEqual(
      written[name].metafields,
    )
    expect(tags).toEqual([...written[name].tags, 'vip'].sort())
  },
)
