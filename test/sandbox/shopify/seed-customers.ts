import type { CustomerFields } from './customers/customer.ts'
import type { EmailAddress, PhoneNumber } from './customers/customer-values.ts'
import { type LoyaltyAppName, loyaltyApps } from './loyalty-apps/loyalty-apps.ts'
import { pick, type Random, seededRandom } from './random.ts'
import { seedLoyalty } from './seed/loyalty.ts'
import { peoples } from './seed/people.ts'
import { places } from './seed/places.ts'
import { type Pools, poolsOf } from './seed/pools.ts'
import { badPhone, malformedEmail, phoneFrom } from './seed/spoiled-contacts.ts'
import { loyaltyDefinitions } from './shop/metafield-definition.ts'
import type { Shop } from './shop/shop.ts'

export interface Seeding {
  readonly count: number
  readonly seed: number
  /** Has one in a hundred an address that the stand-in Klaviyo refuses (`refused…@`)? */
  readonly refused?: boolean
  readonly nowMs?: number
  /** The loyalty app of the shop, whose fields the customers have in the place of `loyalty.points` and `loyalty.tier`. */
  readonly loyaltyApp?: LoyaltyAppName
  /** Whether some of that app's fields have shapes that its documentation does not promise. */
  readonly odd?: boolean
}

/** Customers as an old shop has them, the same ones for the same seed. On a shop with B2B some order for companies. */
export function seedCustomers(shop: Shop, seeding: Seeding): void {
  const before = shop.customers.count
  shop.customers.createMany(seeding.count, customerMaker(seeding, shop.facts.currency))
  if (seeding.loyaltyApp) seedProgram(shop, seeding, before)
  if (shop.facts.b2b) seedCompanies(shop)
}

/** The shop has this app instead of the one that every shop begins with. */
function seedProgram(
  shop: Shop,
  { loyaltyApp = 'mage', seed, nowMs = Date.now(), odd = false }: Seeding,
  from: number,
): void {
  const usual = loyaltyDefinitions().map(({ id }) => id)
  shop.metafieldDefinitions = shop.metafieldDefinitions.filter(({ id }) => !usual.includes(id))
  const ids = [...shop.customers.all()].slice(from).map(({ id }) => id)
  seedLoyalty(shop, loyaltyApps[loyaltyApp], { ids, seed, nowMs, odd })
}

/** The customer with each index does not depend on how many there are. */
function customerMaker(seeding: Seeding, currency: string): (index: number) => CustomerFields {
  const pools = poolsOf(seeding.seed, { nowMs: seeding.nowMs ?? Date.now(), currency })
  return (index) => {
    const random = seededRandom(Math.imul(seeding.seed, 0x9e3779b1) + index)
    const fields = fieldsOf(index, kindOf(index, seeding), { random, pools })
    return seeding.loyaltyApp ? { ...fields, metafields: NO_METAFIELDS } : fields
  }
}

type Kind = 'usual' | 'phone-only' | 'no-contact' | 'malformed' | 'refused'

/** Exact shares of every hundred, spread out: four without an e-mail address, two malformed, one refused if asked. */
function kindOf(index: number, { seed, refused }: Seeding): Kind {
  const slot = (index * 37 + seed) % 100
  if (slot < 2) return 'phone-only'
  if (slot < 4) return 'no-contact'
  if (slot < 6) return 'malformed'
  return refused && slot === 6 ? 'refused' : 'usual'
}

interface Drawing {
  readonly random: Random
  readonly pools: Pools
}

const domains = ['example.com', 'example.org', 'example.net', 'mail.example.com', 'shop.example.co.uk']

function fieldsOf(index: number, kind: Kind, { random, pools }: Drawing): CustomerFields {
  const placeIndex = Math.floor(random() * places.length)
  const place = places[placeIndex]!
  const people = peoples[pick(random, place.people)]
  const [firstName, firstLatin] = pick(random, people.first)
  const [lastName, lastLatin] = pick(random, people.last)
  const createdAt = pick(random, pools.instants)
  const touchedAt = pick(random, pools.instants)
  const phoneShare = kind === 'phone-only' ? 1 : kind === 'no-contact' ? 0 : 0.55
  return {
    ...(index % 3 === 0 && { id: bigId(index) }),
    createdAt,
    updatedAt: touchedAt > createdAt ? touchedAt : createdAt,
    firstName: random() < 0.03 ? null : firstName,
    lastName: random() < 0.03 ? null : lastName,
    locale: people.locale,
    state: pick(random, ['DISABLED', 'DISABLED', 'ENABLED', 'INVITED', 'DECLINED'] as const),
    verifiedEmail: kind !== 'malformed' && random() < 0.9,
    tags: pick(random, pools.tags),
    ...(random() < 0.35 ? pools.amounts[0]! : pick(random, pools.amounts)),
    defaultEmailAddress: emailOf(kind, `${firstLatin}.${lastLatin}${index}`, { random, pools }),
    defaultPhoneNumber: random() < phoneShare ? phoneOf(place.phone, index, { random, pools }) : null,
    defaultAddress: random() < 0.85 ? pick(random, pools.addresses[placeIndex]!) : null,
    metafields: random() < 0.8 ? pick(random, pools.loyalties) : NO_METAFIELDS,
  }
}

const NO_METAFIELDS = {}

/** Past 2^53, where a JSON number would lose its last digits. */
function bigId(index: number): string {
  return `7064055069${String(index).padStart(8, '0')}`
}

function emailOf(kind: Kind, local: string, { random, pools }: Drawing): EmailAddress | null {
  if (kind === 'phone-only' || kind === 'no-contact') return null
  const domain = pick(random, domains)
  const consent = pick(random, pools.emailConsents)
  if (kind === 'malformed') {
    return {
      emailAddress: malformedEmail(random, local, domain),
      validFormat: false,
      ...consent,
      marketingState: 'INVALID',
    }
  }
  // Joined, not added up: V8 would keep the pieces as well, which counts a million times.
  const emailAddress = [kind === 'refused' ? 'refused.' : '', local, '@', domain].join('')
  return { emailAddress, validFormat: true, ...consent }
}

function phoneOf(
  patterns: { readonly international: string; readonly national: string },
  index: number,
  { random, pools }: Drawing,
): PhoneNumber {
  const smsMarketingConsent = pick(random, pools.smsConsents)
  const draw = random()
  if (draw < 0.04) return { phoneNumber: badPhone(random), smsMarketingConsent }
  // Ten million numbers from 2,000,000 on: no country starts a subscriber's number with 0 or 1.
  const number = 2_000_000 + (index % 7_999_999)
  return {
    phoneNumber: phoneFrom(draw < 0.2 ? patterns.national : patterns.international, number),
    smsMarketingConsent,
  }
}

const companyNames = ['Acme GmbH', 'Café Zürich AG', '株式会社テスト', 'Müller & Söhne', "L'Atelier S.à r.l."]

function seedCompanies(shop: Shop): void {
  const buyers = shop.customers.ascending().filter((_, index) => index % 25 === 0)
  const companies = companyNames.map((name, index) => shop.companies.add({ name, externalId: `B2B-${index + 1}` }))
  for (const [index, { id }] of buyers.entries()) {
    const company = companies[index % companies.length]!
    shop.companies.addContact(company.id, { customerId: id, title: 'Buyer', isMainContact: index < companies.length })
  }
}
