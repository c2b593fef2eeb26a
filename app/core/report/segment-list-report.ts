import type { SegmentListProblem } from '../flow/segment-list.ts'

/** A segment that is kept as a list in Klaviyo, as its page shows it. */
export interface SegmentListReport {
  /** Global id. */
  readonly segment: string
  /** Both null until the segment was looked at for the first time. */
  readonly segmentName: string | null
  readonly listName: string | null
  /** How many profiles were on the list because of the segment when it was last looked at. */
  readonly listed: number
  /** An instant; null before the first look has ended. */
  readonly lookedAt: string | null
  /** Null while it is kept. */
  readonly problem: SegmentListProblem | null
  /** Whether it is kept: also with the problem `forbidden`, which is tried again. */
  readonly isKept: boolean
}
