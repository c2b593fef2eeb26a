import type { LoyaltyApp } from '#test/sandbox/shopify/loyalty-apps/loyalty-app.ts'
import { pick, type Random } from '#test/sandbox/shopify/random.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'

const TIERS = ['Bronze', 'Silver', 'Gold', 'Platinum', null]
const TAGS = ['vip', 'wholesale', 'newsletter', 'O’Brien’s "friends"', '★ loyal']

type Happen = (shop: Shop, id: string, random: Random, app: LoyaltyApp | null) => void

/** What may happen to a customer in a shop's day: each with how often it does. */
const happenings: readonly (readonly [weight: number, happen: Happen])[] = [
  [30, (shop, id, random) => shop.customers.update(id, { firstName: `Ada ${Math.floor(random() * 1e6)}` })],
  [25, (shop, id, random, app) => earn(shop, id, random, { app, kind: 'points' })],
  [12, (shop, id, random, app) => earn(shop, id, random, { app, kind: 'tier' })],
  [10, (shop, id, random) => shop.customers.addTags(id, pick(random, TAGS))],
  [6, (shop, id, random) => shop.customers.removeTags(id, pick(random, TAGS))],
  [6, (shop, id, random) => shop.customers.update(id, { numberOfOrders: String(Math.floor(random() * 40)) })],
  [
    4,
    (shop, id, random) => shop.customers.update(id, { email: `moved-${id}-${Math.floor(random() * 1e9)}@example.com` }),
  ],
  [2, (shop, id, random) => shop.customers.update(id, { email: `broken-${Math.floor(random() * 1e9)}@@example` })],
  [2, (shop, id) => shop.customers.update(id, { email: null })],
  [
    2,
    (shop, _id, random) =>
      shop.customers.create({ email: `new-${Math.floor(random() * 1e12)}@example.com`, firstName: 'Neu' }),
  ],
  [1, (shop, id) => shop.customers.remove(id)],
  [1, mergeWithAnother],
]

/** Points are earned, or a tier is reached, written as the shop's loyalty app does; without one, into `loyalty.points` and `loyalty.tier`. */
function earn(
  shop: Shop,
  id: string,
  random: Random,
  { app, kind }: { app: LoyaltyApp | null; kind: 'points' | 'tier' },
): void {
  const [points, tier] = [Math.floor(random() * 5_000), pick(random, TIERS)]
  if (app) app.write(shop, id, random() < 0.1 ? null : { points, tier })
  else shop.customers.setLoyalty(id, kind === 'points' ? { points } : { tier })
}

function mergeWithAnother(shop: Shop, id: string, random: Random): void {
  const others = [...shop.customers.all()].filter((customer) => customer.id !== id)
  if (others.length > 0) shop.customers.merge(id, pick(random, others).id)
}

const TOTAL_WEIGHT = happenings.reduce((total, [weight]) => total + weight, 0)

/** Lets something happen to a customer of the shop: an edit, points earned, a tier reached, an address corrected, a new face. */
export function liveOn(shop: Shop, ids: readonly string[], random: Random, app: LoyaltyApp | null = null): void {
  const id = pick(random, ids)
  if (!shop.customers.get(id)) return
  let chosen = random() * TOTAL_WEIGHT
  for (const [weight, happen] of happenings) {
    chosen -= weight
    if (chosen > 0) continue
    happen(shop, id, random, app)
    return
  }
}
