import type { LoyaltyChange, LoyaltyKind } from './loyalty.ts'
import type { PropertyItem } from './profile.ts'

/** The metrics' names in Klaviyo: flows are built on them, so they never change. */
export const metricNames: Record<LoyaltyKind, string> = {
  points: 'Loyalty points changed',
  tier: 'Loyalty tier changed',
}

/** What an event says of a change. Points that are numbers come with the difference; a fall is negative. */
export function eventProperties({ kind, oldValue, newValue }: LoyaltyChange): Record<string, PropertyItem> {
  const told = { old_value: oldValue, new_value: newValue }
  if (kind !== 'points' || typeof oldValue !== 'number' || typeof newValue !== 'number') return told
  return { ...told, change: difference(newValue, oldValue) }
}

/** 0.3 - 0.1 is 0.2 for anybody but a computer: a difference has no more decimals than what it is taken of. */
function difference(one: number, other: number): number {
  return Number((one - other).toFixed(Math.max(decimalsOf(one), decimalsOf(other))))
}

/** At most 100, which is as far as toFixed goes. */
function decimalsOf(number: number): number {
  const [, fraction = '', exponent = '0'] = /^-?\d+(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(number)) ?? []
  return Math.min(100, Math.max(0, fraction.length - Number(exponent)))
}

/** Past this, an event whose profile Klaviyo does not know is given up. */
const LONGEST_WAIT_MS = 3 * 24 * 60 * 60_000

/** Whether an event of that age is still to be tried when its profile is not found. */
export function isWorthWaiting(at: Date, now: Date): boolean {
  return now.getTime() - at.getTime() < LONGEST_WAIT_MS
}
