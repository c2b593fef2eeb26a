import type { FullSyncForecast } from '../report/full-sync-forecast.ts'

export interface ForecastFacts {
  /** In Shopify, at present. */
  readonly customers: number
  /** Customers whose state Lockstep knows. */
  readonly known: number
  /** Of these, how many wait because of the limit. */
  readonly atLimit: number
  /** Of these, how many are not in sync and would be sent. */
  readonly notInSync: number
  /** Changes that wait. */
  readonly marks: number
  readonly mostNew: number | null
  /** How much the last full run read, and how long it took; null if there was none. */
  readonly pace: { readonly read: number; readonly tookMs: number } | null
}

/** Returns what a full sync would do if it began now. */
export function forecastOf(facts: ForecastFacts): FullSyncForecast {
  const { customers, known, atLimit, notInSync, marks, mostNew, pace } = facts
  const unknown = Math.max(0, customers - known) + atLimit
  return {
    newProfiles: Math.min(unknown, mostNew ?? unknown),
    updates: Math.min(notInSync + marks, Math.max(0, customers - unknown)),
    compared: customers,
    ms: pace && pace.read > 0 ? Math.round((customers * pace.tookMs) / pace.read) : null,
  }
}
