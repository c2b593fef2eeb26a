import { cleanText } from '../clean-text.ts'
import type { CustomerId } from '../ids.ts'

/** How many segments of a shop are kept as lists at the same time: each is read once an hour. */
export const MOST_SEGMENT_LISTS = 10

/** How long after the end of a look at a segment the next one begins. */
export const LOOK_AGAIN_MS = 60 * 60_000

/** Why a segment is not kept as a list. All but `forbidden` end it until a merchant asks again. */
export type SegmentListProblem = 'by_hand' | 'list_gone' | 'segment_gone' | 'other_account' | 'forbidden'

/** A customer who is in a kept segment, or whose profile is on its list. */
export interface SegmentListMember {
  readonly customerId: CustomerId
  /** Whether the look that is under way found the customer in the segment. */
  readonly inSegment: boolean
  /** The state of the customer's profile; null if nothing is stored of it. */
  readonly state: string | null
  /** Klaviyo's id of the customer's profile; null if it is unknown, or if there is none. */
  readonly profileId: string | null
  /** The profile that was put on the list for this customer, or is about to be; null if none. */
  readonly listedAs: string | null
  /** Klaviyo has confirmed that it is on the list. */
  readonly isListed: boolean
}

/**
 * Returns the profile that is to be taken off the list, and the one that is to be put on it; null for none. Only a customer in sync is put
 * on it. One who is on it and has an issue stays: leaving and joining again would start the flows of the list.
 */
export function listStepsOf(member: SegmentListMember): { leave: string | null; join: string | null } {
  const { inSegment, state, profileId, listedAs, isListed } = member
  const belongs = inSegment && state !== 'excluded'
  const isAnother = profileId !== null && profileId !== listedAs
  const leave = listedAs !== null && (!belongs || isAnother) ? listedAs : null
  const isToJoin = belongs && state === 'synced' && (isAnother || !isListed)
  return { leave, join: isToJoin ? profileId : null }
}

/** Returns the name of the list that is made for a segment. The segment's number keeps it apart from lists that a merchant made. */
export function listNameOf(segment: string, name: string): string {
  const words = cleanText(
    name
      .replaceAll(/["\\\p{Cc}]/gu, ' ')
      .trim()
      .slice(0, 100),
  )
  return `${words} (Shopify segment ${segment.split('/').at(-1)})`
}
