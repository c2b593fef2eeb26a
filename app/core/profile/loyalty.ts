import type { Customer } from './customer.ts'
import { type Mapping, type MetafieldKey, metafieldName } from './mapped-fields.ts'
import { sentValueOf } from './metafield-value.ts'
import type { PropertyItem } from './profile.ts'

/** Which loyalty values are recorded as Klaviyo events when they change. */
export interface LoyaltyChoice {
  readonly on: boolean
  /** The mapped metafield that holds the points; null if none does. */
  readonly points: MetafieldKey | null
  readonly tier: MetafieldKey | null
}

export const loyaltyKinds = ['points', 'tier'] as const
export type LoyaltyKind = (typeof loyaltyKinds)[number]

/** The choice for a merchant who never chose. */
export const defaultLoyalty: LoyaltyChoice = {
  on: false,
  points: { namespace: 'loyalty', key: 'points' },
  tier: { namespace: 'loyalty', key: 'tier' },
}

/** A customer's loyalty values as they are sent; null if there is none, or none that can be compared. */
export type LoyaltyValues = Readonly<Record<LoyaltyKind, PropertyItem | null>>

/** A loyalty value that differs from the one last delivered. */
export interface LoyaltyChange {
  readonly kind: LoyaltyKind
  readonly oldValue: PropertyItem
  readonly newValue: PropertyItem
}

/** Points and tiers are short. A longer text is something else, and is not stored. */
const LONGEST_VALUE = 255

export function loyaltyValuesOf(customer: Customer, mapping: Mapping, choice: LoyaltyChoice): LoyaltyValues {
  return { points: sentOf(customer, mapping, choice.points), tier: sentOf(customer, mapping, choice.tier) }
}

function sentOf({ metafields }: Customer, mapping: Mapping, key: MetafieldKey | null): PropertyItem | null {
  const metafield = key && isSent(mapping, key) ? metafields[metafieldName(key)] : undefined
  const value = (metafield && sentValueOf(metafield)?.value) ?? null
  if (Array.isArray(value) || (typeof value === 'string' && value.length > LONGEST_VALUE)) return null
  return value as PropertyItem | null
}

/**
 * Returns what has changed since the last delivery. A value that is known for the first time, appears or disappears is not a change,
 * because an event needs two values. Nor is a value of which only the type changed.
 */
export function loyaltyChanges(before: LoyaltyValues, now: LoyaltyValues): LoyaltyChange[] {
  return loyaltyKinds.flatMap((kind) => {
    const [oldValue, newValue] = [before[kind], now[kind]]
    if (oldValue === null || newValue === null || String(oldValue) === String(newValue)) return []
    return { kind, oldValue, newValue }
  })
}

/** Whether a metafield is sent at all: only then does its change change the profile. */
export function isSent({ metafields }: Pick<Mapping, 'metafields'>, key: MetafieldKey): boolean {
  return metafields.some((row) => row.on && metafieldName(row) === metafieldName(key))
}

/** Returns the kinds whose value is taken from another metafield than before. */
export function kindsWithNewSource(before: LoyaltyChoice, next: LoyaltyChoice): LoyaltyKind[] {
  return loyaltyKinds.filter((kind) => nameOf(before[kind]) !== nameOf(next[kind]))
}

/** Whether a choice is valid: if on, it names one or two different metafields, all of which are sent. */
export function isValidLoyalty({ on, points, tier }: LoyaltyChoice, mapping: Pick<Mapping, 'metafields'>): boolean {
  const chosen = [points, tier].filter((key) => key !== null)
  if (!on) return true
  return chosen.length > 0 && nameOf(points) !== nameOf(tier) && chosen.every((key) => isSent(mapping, key))
}

function nameOf(key: MetafieldKey | null): string | null {
  return key && metafieldName(key)
}
