import { pick, seededRandom } from '../random.ts'
import type { MetafieldAdminAccess } from '../shop/metafield-definition.ts'
import type { Shop } from '../shop/shop.ts'
import { type LoyaltyApp, loyaltyApp, type Member } from './loyalty-app.ts'

/** The same app after its namespace has moved: what it writes from now on. What lies in the old place stays there. */
export function movedTo(app: LoyaltyApp, namespace: string): LoyaltyApp {
  const moved = (place: string) => namespace + place.slice(place.indexOf('.'))
  const movedKept = ({ metafields, tags }: ReturnType<LoyaltyApp['keep']>) => ({
    metafields: Object.fromEntries(Object.entries(metafields).map(([place, value]) => [moved(place), value])),
    tags,
  })
  const { keepOddly } = app
  return loyaltyApp({
    ...app,
    definitions: app.definitions.map((definition) => ({ ...definition, namespace })),
    places: app.places.map(moved),
    keep: (...args) => movedKept(app.keep(...args)),
    ...(keepOddly && { keepOddly: (...args) => movedKept(keepOddly(...args)) }),
  })
}

/** An app moves all that it wrote to another namespace: definitions, and each customer's metafields in one action. */
export function moveNamespace(shop: Shop, from: string, to: string): void {
  shop.metafieldDefinitions = shop.metafieldDefinitions.map((definition) =>
    definition.namespace === from ? { ...definition, namespace: to } : definition,
  )
  for (const { id, metafields } of [...shop.customers.all()]) {
    const moving = Object.entries(metafields).filter(([name]) => name.startsWith(`${from}.`))
    const writes = moving.flatMap(([name, metafield]) => [
      [name, null] as const,
      [to + name.slice(from.length), metafield] as const,
    ])
    shop.customers.setMetafields(id, Object.fromEntries(writes))
  }
}

/** The definition goes; the values stay, and any app may read them. */
export function withdrawDefinition(shop: Shop, namespace: string, key: string): void {
  shop.metafieldDefinitions = shop.metafieldDefinitions.filter((one) => one.namespace !== namespace || one.key !== key)
}

/** From now on reads give null and no event comes, and the definition is still listed. No webhook tells of it. */
export function withdrawAccess(shop: Shop, name: string, access: MetafieldAdminAccess = 'MERCHANT_READ'): void {
  shop.metafieldDefinitions = shop.metafieldDefinitions.map((definition) =>
    `${definition.namespace}.${definition.key}` === name ? { ...definition, access: { admin: access } } : definition,
  )
}

export interface LateWriter {
  /** Takes the change on now and writes it when its time has come. */
  write(shop: Shop, customerId: string, member: Member | null): void
  /** Writes what is due by the shop's clock, in the order it was taken on, and returns how much that was. */
  writeDue(): number
}

const FORTY_MINUTES_MS = 40 * 60 * 1000

/** An app that writes its metafields long after the order that moved the points. */
export function lateWriter(app: LoyaltyApp, { delayMs = FORTY_MINUTES_MS }: { delayMs?: number } = {}): LateWriter {
  let waiting: { shop: Shop; dueMs: number; customerId: string; member: Member | null }[] = []
  return {
    write(shop, customerId, member) {
      waiting.push({ shop, dueMs: shop.now() + delayMs, customerId, member })
    },
    writeDue() {
      const due = waiting.filter(({ shop, dueMs }) => dueMs <= shop.now())
      waiting = waiting.filter((one) => !due.includes(one))
      for (const { shop, customerId, member } of due) app.write(shop, customerId, member)
      return due.length
    },
  }
}

export interface TierChanges {
  readonly count?: number
  readonly overMs?: number
  readonly seed?: number
  /** In how many bursts, evenly spread. */
  readonly bursts?: number
}

/**
 * A mass change of tiers, as at the turn of a year: 100,000 in an hour unless told otherwise, over the shop's customers in turn. Before
 * each burst it returns how long after the first one the burst comes, so that the caller can set its clock.
 */
export function* tierChanges(
  shop: Shop,
  app: LoyaltyApp,
  { count = 100_000, overMs = 3_600_000, seed = 1, bursts = 60 }: TierChanges = {},
): Generator<number> {
  const ids = [...shop.customers.all()].map(({ id }) => id)
  const random = seededRandom(seed)
  let done = 0
  for (let burst = 0; burst < bursts; burst++) {
    yield Math.round((overMs * burst) / bursts)
    for (const end = Math.round((count * (burst + 1)) / bursts); done < end; done++) {
      const tier = pick(random, ['Bronze', 'Silver', 'Gold', 'Platinum'])
      app.write(shop, ids[done % ids.length]!, { points: Math.floor(random() * 20_000), tier })
    }
  }
}

// A JSON metafield ends there since February 2026. https://shopify.dev/docs/apps/build/metafields/metafield-limits
const LARGEST_JSON_BYTES = 128 * 1024

/** An object as JSON text of exactly so many bytes: as long as Shopify takes it, unless told otherwise. */
export function longJson(object: Readonly<Record<string, unknown>>, bytes = LARGEST_JSON_BYTES): string {
  const empty = Buffer.byteLength(JSON.stringify({ ...object, history: '' }))
  return JSON.stringify({ ...object, history: 'x'.repeat(bytes - empty) })
}
