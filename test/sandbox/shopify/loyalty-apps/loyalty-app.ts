import type { Metafield, Money } from '../customers/customer-values.ts'
import { withWrites } from '../customers/written-customer.ts'
import { isoSecond } from '../instants.ts'
import type { MetafieldAdminAccess, MetafieldDefinition } from '../shop/metafield-definition.ts'
import type { Shop } from '../shop/shop.ts'

/** One customer's part in a loyalty program, as the program itself knows it. */
export interface Member {
  readonly points: number
  /** The tier's name; null below the first tier, or while the program has none. */
  readonly tier: string | null
  /** Points ever earned; `points` unless given. */
  readonly lifetimePoints?: number
  /** What the customer may spend, in the shop's currency: decimal text. A hundredth of `points` unless given. */
  readonly credit?: string
  /** When the points expire: ISO 8601. */
  readonly expiresAt?: string
  readonly referralLink?: string
  readonly referralCode?: string
  /** `member` unless given. */
  readonly status?: 'member' | 'excluded'
}

/** What a reader can learn of a customer from an app's metafields and tags. What is missing here, the app does not write. */
export interface Shown {
  readonly points?: number
  /** As it is written: a name, or an id that only the merchant can translate. Null for none. */
  readonly tier?: string | null
  readonly lifetimePoints?: number
  readonly credit?: Money
  readonly expiresAt?: string
  readonly referralLink?: string
  readonly referralCode?: string
  readonly status?: string
}

/** What an app needs to know of a customer to write its fields. */
export interface Owner {
  /** Decimal text. */
  readonly customerId: string
  readonly currency: string
}

/** What an app keeps on one customer: metafields by `namespace.key`, and tags. */
export interface Kept {
  readonly metafields: Readonly<Record<string, Pick<Metafield, 'type' | 'value'>>>
  readonly tags: readonly string[]
}

/** How one app on the App Store writes to Shopify. */
export interface LoyaltyAppShape {
  readonly name: string
  readonly definitions: readonly DefinitionShape[]
  /** Each metafield that the app may write, `namespace.key`: those that `keep` does not name are taken away. */
  readonly places: readonly string[]
  /** Whether a tag is the app's own: those that `keep` does not name are taken away. */
  readonly ownsTag?: (tag: string) => boolean
  /** Null for a customer who is not in the program. */
  readonly keep: (member: Member | null, owner: Owner) => Kept
  readonly shows: (member: Member | null, owner: Owner) => Shown
  /** The same fields in a shape that the app's documentation does not promise. */
  readonly keepOddly?: (member: Member, owner: Owner) => Kept
}

export interface DefinitionShape {
  readonly namespace: string
  readonly key: string
  readonly name: string
  readonly type: string
  /** Every app may read it, unless given. */
  readonly access?: MetafieldAdminAccess
}

export interface LoyaltyApp extends LoyaltyAppShape {
  /** Leaves the app's metafield definitions in the shop. */
  install(shop: Shop): void
  /** What the app does when a member's points or tier change: one write of its metafields, then its tags if they changed. */
  write(shop: Shop, customerId: string, member: Member | null): void
  /** The same without a webhook or an event, at a time in the past if told so (ISO 8601). */
  writeSilently(shop: Shop, customerId: string, member: Member | null, updatedAt?: string): void
}

export function loyaltyApp(shape: LoyaltyAppShape): LoyaltyApp {
  return {
    ...shape,
    install: (shop) => addDefinitions(shop, shape.definitions),
    write(shop, customerId, member) {
      const kept = shape.keep(member, { customerId, currency: shop.facts.currency })
      const { tags } = shop.customers.setMetafields(customerId, writesOf(shape, kept, isoSecond(shop.now())))
      const gone = tags.filter((tag) => shape.ownsTag?.(tag) && !kept.tags.includes(tag))
      const added = kept.tags.filter((tag) => !tags.includes(tag))
      if (gone.length > 0) shop.customers.removeTags(customerId, ...gone)
      if (added.length > 0) shop.customers.addTags(customerId, ...added)
    },
    writeSilently(shop, customerId, member, updatedAt = isoSecond(shop.now())) {
      const kept = shape.keep(member, { customerId, currency: shop.facts.currency })
      keepSilently(shop, customerId, { shape, kept, updatedAt })
    },
  }
}

/** Puts what an app keeps in its places, and nothing in its other places, without a webhook or an event. */
export function keepSilently(
  shop: Shop,
  customerId: string,
  { shape, kept, updatedAt }: { shape: LoyaltyAppShape; kept: Kept; updatedAt: string },
): void {
  const writes = writesOf(shape, kept, updatedAt)
  shop.customers.replaceSilently(customerId, ({ metafields, tags }) => {
    const others = tags.filter((tag) => !shape.ownsTag?.(tag))
    return {
      metafields: withWrites(metafields, writes).metafields,
      tags: [...new Set([...others, ...kept.tags])].sort(),
    }
  })
}

function writesOf({ places }: LoyaltyAppShape, { metafields }: Kept, updatedAt: string) {
  return Object.fromEntries(
    places.map((place): [string, Metafield | null] => {
      const written = metafields[place]
      return [place, written ? { ...written, updatedAt } : null]
    }),
  )
}

/** Points in hundredths of the currency, where a member's credit is not given. */
export function creditOf({ credit, points }: Member): string {
  return credit ?? (points / 100).toFixed(2)
}

/** Definitions that are there already stay as they are. */
function addDefinitions(shop: Shop, shapes: readonly DefinitionShape[]): void {
  const isThere = (shape: DefinitionShape) => (one: MetafieldDefinition) =>
    one.ownerType === 'CUSTOMER' && one.namespace === shape.namespace && one.key === shape.key
  for (const shape of shapes) {
    if (shop.metafieldDefinitions.some(isThere(shape))) continue
    shop.addMetafieldDefinition({ ...shape, access: shape.access ?? 'PUBLIC_READ' })
  }
}
