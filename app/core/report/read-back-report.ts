import type { ReadBackEnd, ReadBackWait } from '../flow/read-back.ts'

/** What reading profiles back from Klaviyo has shown, as the activity page shows it. Instants are ISO 8601 text. */
export interface ReadBacks {
  /** The read-back that is open; null if none is. */
  readonly open: OpenReadBack | null
  /** Those that ended, the newest first. */
  readonly ended: readonly EndedReadBack[]
  /** All profiles, which can be read back now, and how long that takes, in milliseconds; null if they cannot be. */
  readonly all: { readonly profiles: number; readonly takesMs: number } | null
  /** Whether a sample is read back each night: it follows the nightly check. */
  readonly isNightly: boolean
}

interface ReadBackReport {
  readonly id: string
  readonly trigger: 'nightly' | 'by_hand'
  readonly scope: 'sample' | 'all'
  readonly startedAt: string
  /** How many profiles were compared, and how many of them Klaviyo has as they were sent. */
  readonly compared: number
  readonly asSent: number
  /** Of those that are not as they were sent, how many were sent again. */
  readonly repaired: number
  /** Not compared, because the customers changed since or are being sent. */
  readonly skipped: number
  /** What differs, by field; most customers first. */
  readonly fields: readonly ReadBackField[]
}

export interface OpenReadBack extends ReadBackReport {
  readonly expected: number
  readonly remainingMs: number | null
  /** Why it does not go on; null if it does. */
  readonly waits: ReadBackWait | 'off' | 'refused' | null
}

export interface EndedReadBack extends ReadBackReport {
  readonly endedAt: string
  readonly end: ReadBackEnd
}

/** A field that is not as it was sent. */
export interface ReadBackField {
  /** As Klaviyo names it; null for profiles that are missing. */
  readonly name: string | null
  readonly customers: number
  readonly repaired: number
  /** Something else writes it: it differed again after it was repaired, and is no longer repaired. */
  readonly contested: boolean
  /** Numbers of some of the customers. */
  readonly examples: readonly string[]
}

/** Result of starting to read all profiles back. */
export type ReadBackStart =
  | { readonly kind: 'started' }
  /** One is open already. */
  | { readonly kind: 'open' }
  /** Nothing was sent yet, or Klaviyo cannot be asked, or the integration is off. */
  | { readonly kind: 'nothing' }

/** Result of stopping a read-back. */
export type ReadBackStop = { readonly kind: 'stopped' } | { readonly kind: 'over' }
