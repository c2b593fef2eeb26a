import type { Arrival } from '../stand-ins/changed-customers.ts'
import { quantile } from './statistics.ts'

/** How long changes took to reach Klaviyo, in milliseconds each, in one situation. */
export interface Delays<When extends string = string> {
  readonly when: When
  readonly tookMs: readonly number[]
}

export function delaysOf<When extends string>(when: When, arrivals: readonly Arrival[]): Delays<When> {
  return { when, tookMs: arrivals.map(({ tookMs }) => tookMs) }
}

export const delayColumns = ['changes', 'p50 ms', 'p95 ms', 'longest ms'] as const

/** A table row: the situation, then the delayColumns. */
export function delayRow({ when, tookMs }: Delays): [string, ...number[]] {
  return [when, tookMs.length, quantile(tookMs, 0.5), quantile(tookMs, 0.95), Math.max(...tookMs)]
}
