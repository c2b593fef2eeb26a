import type { Customer } from './customer.ts'
import type { Mapping } from './mapped-fields.ts'
import { type MappedValue, type Meaning, meanings, readsTheSame } from './mapped-values.ts'
import type { PropertyItem } from './profile.ts'
import { readValue } from './read-value.ts'

/** Which loyalty values are recorded as Klaviyo events when they change. */
export interface LoyaltyChoice {
  readonly on: boolean
  readonly recorded: readonly Meaning[]
}

/** The choice for a merchant who never chose. */
export const defaultLoyalty: LoyaltyChoice = { on: false, recorded: ['points', 'tier'] }

/**
 * A customer's loyalty values as they are sent, by meaning. A null is a customer without such a value, or with one that cannot be compared;
 * of a meaning that is missing nothing is known, and Klaviyo keeps what it has.
 */
export type LoyaltyValues = Readonly<Partial<Record<Meaning, PropertyItem | null>>>

/** A loyalty value that differs from the one last delivered. */
export interface LoyaltyChange {
  readonly kind: Meaning
  readonly oldValue: PropertyItem
  readonly newValue: PropertyItem
}

/** Points and tiers are short. A longer text is something else, and is not stored. */
const LONGEST_VALUE = 255

/** Returns the values with these meanings. */
export function loyaltyValuesOf(customer: Customer, mapping: Mapping, stored: readonly Meaning[]): LoyaltyValues {
  const values: Partial<Record<Meaning, PropertyItem | null>> = {}
  for (const kind of stored) {
    const row = rowOf(mapping, kind)
    const read = row && readValue(customer, row)
    if (read?.kind === 'nothing') values[kind] = null
    if (read?.kind === 'value') values[kind] = isComparable(read.value) ? read.value : null
  }
  return values
}

function isComparable(value: unknown): value is PropertyItem {
  return !Array.isArray(value) && !(typeof value === 'string' && value.length > LONGEST_VALUE)
}

/** Returns the values with these meanings only. */
export function withMeanings(values: LoyaltyValues, kinds: readonly Meaning[]): LoyaltyValues {
  return Object.fromEntries(Object.entries(values).filter(([kind]) => kinds.includes(kind as Meaning)))
}

/**
 * Returns what has changed since the last delivery. A value that is known for the first time, appears or disappears is not a change,
 * because an event needs two values. Nor is a value of which only the type changed.
 */
export function loyaltyChanges(before: LoyaltyValues, now: LoyaltyValues): LoyaltyChange[] {
  return meanings.flatMap((kind) => {
    const [oldValue = null, newValue = null] = [before[kind], now[kind]]
    if (oldValue === null || newValue === null || String(oldValue) === String(newValue)) return []
    return { kind, oldValue, newValue }
  })
}

/** Returns the row that is sent as the customer's points, tier and so on; null if none is: only then does its change change the profile. */
export function rowOf({ values }: Pick<Mapping, 'values'>, kind: Meaning): MappedValue | null {
  return values.find(({ on, meaning }) => on && meaning === kind) ?? null
}

/** Returns the meanings of values that are sent, in the order of `meanings`. */
export function mappedMeanings(mapping: Pick<Mapping, 'values'>): Meaning[] {
  return meanings.filter((kind) => rowOf(mapping, kind))
}

/** The choices that decide which loyalty values are stored. */
export interface LoyaltyChoices {
  readonly mapping: Mapping
  readonly loyalty: LoyaltyChoice
}

/** Returns the meanings whose values are recorded as events. */
export function recordedMeanings({ mapping, loyalty: { on, recorded } }: LoyaltyChoices): Meaning[] {
  return on ? mappedMeanings(mapping).filter((kind) => recorded.includes(kind)) : []
}

/** Returns the meanings whose values are stored as they were last delivered: for events, and for the times of changes. */
export function storedMeanings(choices: LoyaltyChoices): Meaning[] {
  const { tierSince, lastChanged } = choices.mapping.computed
  const recorded = recordedMeanings(choices)
  return mappedMeanings(choices.mapping).filter(
    (kind) => lastChanged.on || (tierSince.on && kind === 'tier') || recorded.includes(kind),
  )
}

/**
 * Returns the meanings whose value is read in another way than before. What a blank means makes no difference: values stay comparable, and
 * it differs between a choice and the same choice while its source is held.
 */
export function kindsWithNewSource(before: Mapping, next: Mapping): Meaning[] {
  return meanings.filter((kind) => {
    const [one, other] = [rowOf(before, kind), rowOf(next, kind)]
    return one && other ? !readsTheSame(unheld(one), unheld(other)) : one !== other
  })
}

function unheld(row: MappedValue): MappedValue {
  return { ...row, reading: { ...row.reading, blank: 'nothing' } }
}

/** Returns the meanings that only one of the choices records. */
export function kindsWithNewChoice(before: LoyaltyChoice, next: LoyaltyChoice): Meaning[] {
  return meanings.filter((kind) => before.recorded.includes(kind) !== next.recorded.includes(kind))
}

/** Whether a choice is valid: if on, it names values, all of which are sent. */
export function isValidLoyalty({ on, recorded }: LoyaltyChoice, mapping: Pick<Mapping, 'values'>): boolean {
  return !on || (recorded.length > 0 && recorded.every((kind) => rowOf(mapping, kind)))
}
