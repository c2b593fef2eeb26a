import type { FullSyncForecast } from '../report/full-sync-forecast.ts'

export interface ForecastFacts {
  /** In Shopify, just now. */
  readonly customers: number
  /** Customers that Lockstep knows how they stand. */
  readonly known: number
  /** Of these, who waits because of the limit. */
  readonly atLimit: number
  /** Of these, who is not in sync and would be sent. */
  readonly notInStep: number
  /** Changes that wait. */
  readonly marks: number
  readonly mostNew: number | null
  /** What the last full run read, and how long it took; null when there was none. */
  readonly pace: { readonly read: number; readonly tookMs: number } | null
}

/** What a full sync would do if it began now. */
export function forecastOf(facts: ForecastFacts): FullSyncForecast {
  const { customers, known, atLimit, notInStep, marks, mostNew, pace } = facts
  const unknown = Math.max(0, customers - known) + atLimit
  return {
    newProfiles: Math.min(unknown, mostNew ?? unknown),
    updates: Math.min(notInStep + marks, Math.max(0, customers - unknown)),
    compared: customers,
    ms: pace && pace.read > 0 ? Math.round((customers * pace.tookMs) / pace.read) : null,
  }
}
