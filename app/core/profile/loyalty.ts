import type { Customer } from './customer.ts'
import type { Mapping } from './mapped-fields.ts'
import { type MappedValue, readsTheSame } from './mapped-values.ts'
import type { PropertyItem } from './profile.ts'
import { readValue } from './read-value.ts'

export const loyaltyKinds = ['points', 'tier'] as const
/** A meaning of a mapped value whose changes can be recorded. */
export type LoyaltyKind = (typeof loyaltyKinds)[number]

/** Which loyalty values are recorded as Klaviyo events when they change. */
export interface LoyaltyChoice {
  readonly on: boolean
  readonly recorded: readonly LoyaltyKind[]
}

/** The choice for a merchant who never chose. */
export const defaultLoyalty: LoyaltyChoice = { on: false, recorded: loyaltyKinds }

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
  const valueOfKind = (kind: LoyaltyKind) => (choice.recorded.includes(kind) ? sentOf(customer, mapping, kind) : null)
  return { points: valueOfKind('points'), tier: valueOfKind('tier') }
}

function sentOf(customer: Customer, mapping: Mapping, kind: LoyaltyKind): PropertyItem | null {
  const row = rowOf(mapping, kind)
  const read = row && readValue(customer, row)
  if (read?.kind !== 'value') return null
  const { value } = read
  if (Array.isArray(value) || (typeof value === 'string' && value.length > LONGEST_VALUE)) return null
  return value as PropertyItem
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

/** Returns the row that is sent as the customer's points, tier and so on; null if none is: only then does its change change the profile. */
export function rowOf({ values }: Pick<Mapping, 'values'>, kind: LoyaltyKind): MappedValue | null {
  return values.find(({ on, meaning }) => on && meaning === kind) ?? null
}

/** Returns the kinds whose value is read in another way than before. */
export function kindsWithNewSource(before: Mapping, next: Mapping): LoyaltyKind[] {
  return loyaltyKinds.filter((kind) => {
    const [one, other] = [rowOf(before, kind), rowOf(next, kind)]
    return one && other ? !readsTheSame(one, other) : one !== other
  })
}

/** Returns the kinds that only one of the choices records. */
export function kindsWithNewChoice(before: LoyaltyChoice, next: LoyaltyChoice): LoyaltyKind[] {
  return loyaltyKinds.filter((kind) => before.recorded.includes(kind) !== next.recorded.includes(kind))
}

/** Whether a choice is valid: if on, it names values, all of which are sent. */
export function isValidLoyalty({ on, recorded }: LoyaltyChoice, mapping: Pick<Mapping, 'values'>): boolean {
  return !on || (recorded.length > 0 && recorded.every((kind) => rowOf(mapping, kind)))
}
