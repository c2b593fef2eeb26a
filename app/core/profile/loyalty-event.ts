import type { LoyaltyChange, LoyaltyKind } from './loyalty.ts'
import type { PropertyItem } from './profile.ts'

/** The metrics' names in Klaviyo: flows are built on them, so they never change. */
export const metricNames: Record<LoyaltyKind, string> = {
  points: 'Loyalty points changed',
  tier: 'Loyalty tier changed',
}

/** The properties of a change's event. Points that are numbers come with the difference, negative when they fell. */
export function eventProperties({ kind, oldValue, newValue }: LoyaltyChange): Record<string, PropertyItem> {
  const values = { old_value: oldValue, new_value: newValue }
  if (kind !== 'points' || typeof oldValue !== 'number' || typeof newValue !== 'number') return values
  return { ...values, change: difference(newValue, oldValue) }
}

/** Rounded to the decimals of its two numbers, as floating point makes 0.3 - 0.1 into 0.19999999999999998. */
function difference(one: number, other: number): number {
  return Number((one - other).toFixed(Math.max(decimalsOf(one), decimalsOf(other))))
}

/** At most 100, which is as far as toFixed goes. */
function decimalsOf(number: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number)) ?? []
  return Math.min(100, Math.max(0, fraction.length - Number(exponent)))
}

/** An event older than this whose profile Klaviyo does not know is dropped. */
const LONGEST_WAIT_MS = 3 * 24 * 60 * 60_000

/** Whether an event of that age is still to be tried when its profile is not found. */
export function isWorthWaiting(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() < LONGEST_WAIT_MS
}
