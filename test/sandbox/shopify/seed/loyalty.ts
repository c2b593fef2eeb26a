import { isoSecond } from '../instants.ts'
import { keepSilently, type LoyaltyApp, type Member } from '../loyalty-apps/loyalty-app.ts'
import { pick, type Random, seededRandom } from '../random.ts'
import type { Shop } from '../shop/shop.ts'

export interface LoyaltySeeding {
  readonly seed: number
  readonly nowMs: number
  /** Whether one customer in fifty has the app's fields in a shape that its documentation does not promise. */
  readonly odd?: boolean
}

export interface SeededLoyalty {
  /** By customer id; null for those who are not in the program. */
  readonly members: ReadonlyMap<string, Member | null>
  readonly oddIds: ReadonlySet<string>
}

/** Puts customers into an app's program as if it had always been there: no webhook tells of it. The same members for the same seed. */
export function seedLoyalty(
  shop: Shop,
  app: LoyaltyApp,
  { ids, seed, nowMs, odd = false }: LoyaltySeeding & { readonly ids: readonly string[] },
): SeededLoyalty {
  app.install(shop)
  const members = new Map<string, Member | null>()
  const oddIds = new Set<string>()
  for (const [index, customerId] of ids.entries()) {
    const random = seededRandom(Math.imul(seed, 0x85ebca6b) + index)
    const member = memberOf(random, { index, nowMs })
    const updatedAt = isoSecond(nowMs - Math.floor(random() * YEAR_MS))
    const owner = { customerId, currency: shop.facts.currency }
    const isOdd = odd && member !== null && app.keepOddly !== undefined && random() < 0.02
    if (isOdd) oddIds.add(customerId)
    else members.set(customerId, member)
    const kept = isOdd ? app.keepOddly(member, owner) : app.keep(member, owner)
    keepSilently(shop, customerId, { shape: app, kept, updatedAt })
  }
  return { members, oddIds }
}

const YEAR_MS = 365 * 24 * 60 * 60 * 1000
const TIERS = ['Bronze', 'Silver', 'Gold', 'Platinum', 'Ambassador ✨'] as const

/** One in five is not in the program; of the members one in eight has no tier, and some have no date, link or points left. */
function memberOf(random: Random, { index, nowMs }: { index: number; nowMs: number }): Member | null {
  if (random() < 0.2) return null
  const points = random() < 0.1 ? 0 : Math.floor(random() ** 2 * 20_000)
  const tier = random() < 0.125 ? null : pick(random, TIERS)
  const code = `REF${String(index).padStart(6, '0')}`
  const expires = random() < 0.6
  return {
    points,
    tier,
    lifetimePoints: points + Math.floor(random() ** 2 * 30_000),
    ...(expires && { expiresAt: isoSecond(nowMs + Math.floor(random() * YEAR_MS)) }),
    ...(random() < 0.7 && { referralLink: `https://${code.toLowerCase()}.example/join`, referralCode: code }),
  }
}
