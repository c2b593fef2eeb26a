import type { LoyaltyChange, LoyaltyKind } from './loyalty.ts'
import type { PropertyItem } from './profile.ts'

/** The metrics' names in Klaviyo. They never change, because merchants' flows refer to them. */
export const metricNames: Record<LoyaltyKind, string> = {
  points: 'Loyalty points changed',
  tier: 'Loyalty tier changed',
}

/** Returns the properties of the event for a change. For numeric points this includes the difference, negative if they decreased. */
export function eventProperties({ kind, oldValue, newValue }: LoyaltyChange): Record<string, PropertyItem> {
  const values = { old_value: oldValue, new_value: newValue }
  if (kind !== 'points' || typeof oldValue !== 'number' || typeof newValue !== 'number') return values
  return { ...values, change: difference(newValue, oldValue) }
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
