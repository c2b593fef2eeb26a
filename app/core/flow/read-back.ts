import type { FieldName } from '../profile/field-names.ts'
import { after } from './instants.ts'

/** Profiles that a night's read-back compares. */
export const SAMPLE = 1_000
/** In place of profiles that cannot be compared others are; a sample gives up after so many looks for each profile that it is to have. */
export const LOOKS_A_PROFILE = 3
/** As many as a page of Klaviyo's profiles holds. */
export const READ_AT_A_TIME = 100
/** Klaviyo may show a profile as it was for a while after it was written: until then it is not compared. */
const SETTLES_MS = 5 * 60_000
/** A profile is repaired once a night at most. */
const REPAIRED_EVERY_MS = 20 * 60 * 60_000
/** What reading a page takes: Klaviyo's answer, and comparing it. */
const PAGE_TAKES_MS = 400
const FEW_SECONDS_MS = 5_000

/** Why a read-back waits: for Klaviyo, or for Shopify, which is asked about profiles that are not as they were sent. */
export type ReadBackWait = 'klaviyo' | 'shopify'

export type ReadBackEnd = 'finished' | 'stopped' | 'disconnected' | 'another_account' | 'reset' | 'uninstalled'

/** What reading one profile back showed. */
export type Verdict =
  | { readonly kind: 'as_sent' }
  /** The fields that Lockstep sent and that Klaviyo has otherwise, or not at all. */
  | { readonly kind: 'differs'; readonly fields: readonly FieldName[] }
  /** Klaviyo has no profile of this id any more: it was deleted, or merged into another. */
  | { readonly kind: 'missing' }
  /** It cannot be told: the customer changed since, or is being sent. */
  | { readonly kind: 'skipped' }

/** Stands for the whole profile where fields are counted. */
export const MISSING_PROFILE: FieldName = ''

/** Whether a profile that was last sent at `syncedAt` can be compared. */
export function isComparable(
  sent: {
    readonly state: string
    readonly hash: string | null
    readonly inFlight: unknown
    readonly syncedAt: Date | null
  },
  now: Date,
): boolean {
  if (sent.state !== 'synced' || sent.hash === null || sent.inFlight !== null) return false
  return sent.syncedAt === null || after(sent.syncedAt, SETTLES_MS) <= now
}

/** A customer whose profile is not as it was sent; `fields` is MISSING_PROFILE alone if there is none. */
export interface Difference {
  readonly fields: readonly FieldName[]
  /** When the profile was last repaired, and because of which fields; null if it was not lately. */
  readonly repair: { readonly at: Date; readonly fields: readonly FieldName[] } | null
}

/** Returns those of the fields that differ although they were repaired: something else writes them. */
export function differingAgain({ fields, repair }: Difference): FieldName[] {
  return fields.filter((field) => field !== MISSING_PROFILE && repair?.fields.includes(field))
}

/**
 * Whether the profile is to be sent again. Not if it was just now, and not for fields that something else writes: that would go on for ever, and each time
 * Klaviyo's flows would see a change.
 */
export function isRepaired({ fields, repair }: Difference, contested: ReadonlySet<FieldName>, now: Date): boolean {
  if (repair && after(repair.at, REPAIRED_EVERY_MS) > now) return false
  return fields.some((field) => !contested.has(field))
}

/** Returns how long reading so many profiles back takes, in milliseconds, if nearly all are as they were sent. */
export function readBackTakesMs(profiles: number): number {
  return Math.max(FEW_SECONDS_MS, Math.ceil(profiles / READ_AT_A_TIME) * PAGE_TAKES_MS)
}
