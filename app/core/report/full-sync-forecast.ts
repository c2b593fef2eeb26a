/** What a full sync would do if it began now, as far as is known without reading every customer. */
export interface FullSyncForecast {
  /** Profiles that it would create, at most its limit. */
  readonly newProfiles: number
  /** Profiles that are known not to be in sync. */
  readonly updates: number
  /** All customers: each is compared. */
  readonly compared: number
  /** How long that takes at the pace of the last one, in milliseconds; null if there was none. */
  readonly ms: number | null
}
