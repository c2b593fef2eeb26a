import type { Address, EmailAddress, Metafield, Money, SmsConsent } from '../customers/customer-values.ts'
import { POINTS, pointsOf, TIER, tierOf } from '../customers/customer-values.ts'
import { isoSecond } from '../instants.ts'
import { pick, type Random, seededRandom } from '../random.ts'
import { places } from './places.ts'

/** Values that many customers share, so that a million of them fit into memory: records are never changed in place. */
export interface Pools {
  readonly instants: readonly string[]
  readonly addresses: readonly (readonly Address[])[]
  readonly amounts: readonly { readonly numberOfOrders: string; readonly amountSpent: Money }[]
  readonly emailConsents: readonly Omit<EmailAddress, 'emailAddress' | 'validFormat'>[]
  readonly smsConsents: readonly SmsConsent[]
  readonly tags: readonly (readonly string[])[]
  readonly loyalties: readonly Readonly<Record<string, Metafield>>[]
}

const TWO_YEARS_MS = 2 * 365 * 24 * 60 * 60 * 1000
const tiers = ['Bronze', 'Silver', 'Gold', 'Platinum', 'Ambassador ✨']
const tags = ['vip', 'newsletter', 'wholesale', 'Zürich', 'black friday', 'returns, often', '客户', 'abc'.repeat(60)]

export function poolsOf(seed: number, { nowMs, currency }: { nowMs: number; currency: string }): Pools {
  const random = seededRandom(seed)
  const some = <Item>(count: number, make: () => Item) => Array.from({ length: count }, make)
  const instants = some(4000, () => isoSecond(nowMs - Math.floor(random() * TWO_YEARS_MS))).sort()
  return {
    instants,
    addresses: places.map((place) => some(60, () => addressIn(place, random))),
    amounts: [
      { numberOfOrders: '0', amountSpent: { amount: '0.0', currencyCode: currency } },
      ...some(800, () => purchases(random, currency)),
    ],
    emailConsents: some(200, () => emailConsent(random, pick(random, instants))),
    smsConsents: some(100, () => smsConsent(random, pick(random, instants))),
    tags: [
      [],
      [],
      [],
      ...some(60, () => [...new Set(some(1 + Math.floor(random() * 3), () => pick(random, tags)))].sort()),
    ],
    loyalties: some(3000, () => loyalty(random, pick(random, instants))),
  }
}

function addressIn(place: (typeof places)[number], random: Random): Address {
  const { country, countryCodeV2, city, province, provinceCode, zip, timeZone } = place
  const address1 = `${pick(random, place.streets)} ${1 + Math.floor(random() * 200)}`
  const address2 = random() < 0.2 ? 'c/o 2. Stock' : null
  const company = random() < 0.1 ? 'Müller & Söhne GmbH' : null
  return {
    address1,
    address2,
    city,
    province,
    provinceCode,
    zip,
    country,
    countryCodeV2,
    company,
    phone: null,
    timeZone,
  }
}

function purchases(random: Random, currencyCode: string): Pools['amounts'][number] {
  const orders = 1 + Math.floor(random() ** 3 * 60)
  const cents = Math.floor(orders * (500 + random() * 20_000))
  return { numberOfOrders: String(orders), amountSpent: { amount: (cents / 100).toFixed(2), currencyCode } }
}

function emailConsent(random: Random, at: string): Pools['emailConsents'][number] {
  const marketingState = pick(random, [
    'SUBSCRIBED',
    'SUBSCRIBED',
    'NOT_SUBSCRIBED',
    'UNSUBSCRIBED',
    'PENDING',
  ] as const)
  if (marketingState === 'NOT_SUBSCRIBED')
    return { marketingState, marketingOptInLevel: null, marketingUpdatedAt: null }
  const marketingOptInLevel = pick(random, ['SINGLE_OPT_IN', 'CONFIRMED_OPT_IN', 'UNKNOWN'] as const)
  return { marketingState, marketingOptInLevel, marketingUpdatedAt: at }
}

function smsConsent(random: Random, at: string): SmsConsent {
  const state = pick(random, ['SUBSCRIBED', 'NEVER_SUBSCRIBED', 'NEVER_SUBSCRIBED', 'UNSUBSCRIBED', 'PENDING'] as const)
  if (state === 'NEVER_SUBSCRIBED') return { state, optInLevel: null, updatedAt: null }
  return { state, optInLevel: 'SINGLE_OPT_IN', updatedAt: at }
}

function loyalty(random: Random, at: string): Pools['loyalties'][number] {
  const points = pointsOf(Math.floor(random() ** 2 * 20_000), at)
  return random() < 0.9 ? { [POINTS]: points, [TIER]: tierOf(pick(random, tiers), at) } : { [POINTS]: points }
}
