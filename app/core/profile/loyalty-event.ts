import { sourceAppOf } from '../loyalty/source-app.ts'
import { type LoyaltyChange, rowOf } from './loyalty.ts'
import type { Mapping } from './mapped-fields.ts'
import type { MappedValue, Meaning } from './mapped-values.ts'
import type { PropertyItem } from './profile.ts'

/** A change, and what the mapping says of the value at that time. */
export interface LoyaltyEvent extends LoyaltyChange {
  /** The name of the value's Klaviyo property. Events of earlier versions, which were points or tiers, lack it. */
  readonly valueName?: string
  /** Missing if the two values are in no order. */
  readonly direction?: 'up' | 'down'
  /** The loyalty app that the value comes from; missing if it is not known. */
  readonly sourceApp?: string
}

/** Returns the metric's name in Klaviyo. Names never change, because merchants' flows refer to them. */
export function metricName(kind: Meaning): string {
  if (kind === 'points') return 'Loyalty points changed'
  return kind === 'tier' ? 'Loyalty tier changed' : 'Loyalty value changed'
}

export function loyaltyEvent(change: LoyaltyChange, mapping: Pick<Mapping, 'values'>): LoyaltyEvent {
  const row = rowOf(mapping, change.kind)
  if (!row) return change
  const direction = directionOf(change, row)
  const sourceApp = sourceAppOf(row.source)
  return { ...change, valueName: row.name, ...(direction && { direction }), ...(sourceApp && { sourceApp }) }
}

/** A tier goes up by the order of the row's names, which begin with the lowest tier; anything else if it is a number that grows. */
function directionOf({ kind, oldValue, newValue }: LoyaltyChange, { reading }: MappedValue): 'up' | 'down' | null {
  const names = reading.names.map(({ name }) => name)
  const [from, to] =
    kind === 'tier' ? [oldValue, newValue].map((tier) => names.indexOf(String(tier))) : [oldValue, newValue]
  if (typeof from !== 'number' || typeof to !== 'number' || from === to) return null
  if (kind === 'tier' && (from < 0 || to < 0)) return null
  return to > from ? 'up' : 'down'
}

/** Returns the properties of the event for a change. For numbers this includes the difference, negative if they decreased. */
export function eventProperties(event: LoyaltyEvent): Record<string, PropertyItem> {
  const { kind, oldValue, newValue, valueName, direction, sourceApp } = event
  const isNumeric = kind !== 'tier' && typeof oldValue === 'number' && typeof newValue === 'number'
  return {
    old_value: oldValue,
    new_value: newValue,
    ...(isNumeric && { change: difference(newValue, oldValue) }),
    ...(direction && { direction }),
    ...(kind !== 'points' && kind !== 'tier' && valueName !== undefined && { value_name: valueName }),
    ...(sourceApp !== undefined && { source_app: sourceApp }),
  }
}

/** Returns the difference, rounded to the decimals of the two numbers: in floating point 0.3 - 0.1 is 0.19999999999999998. */
function difference(one: number, other: number): number {
  return Number((one - other).toFixed(Math.max(decimalsOf(one), decimalsOf(other))))
}

/** Returns the number of decimals; at most 100, the limit of toFixed. */
function decimalsOf(number: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number)) ?? []
  return Math.min(100, Math.max(0, fraction.length - Number(exponent)))
}

/** An event older than this (in milliseconds) whose profile Klaviyo does not have is dropped. */
const LONGEST_WAIT_MS = 3 * 24 * 60 * 60_000

/** Whether an event of that age is still to be retried if its profile is not found. */
export function isWorthWaiting(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() < LONGEST_WAIT_MS
}
