import type { SentProfile } from '../profiles/profile-record.ts'

// A job and its errors are gone seven days after it was made (recorded: expires_at).
export const JOB_LIFE_MS = 7 * 86_400_000

/** There is no `failed`: a job with bad profiles ends `complete` with a failed_count. */
export type ImportStatus = 'queued' | 'processing' | 'complete' | 'cancelled'

export interface ImportError {
  readonly id: string
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly pointer: string
  readonly originalPayload: Readonly<Record<string, unknown>> | null
}

/** What faults have in store for a job. Decided when it is submitted. */
export interface JobFate {
  readonly cancelled: boolean
  /** While it is not released, the job stays in processing. */
  readonly hold: { readonly released: boolean } | null
  /** Lower-cased addresses that come out as import errors. */
  readonly failing: ReadonlySet<string>
  readonly echoesPayload: boolean
  /** How many profiles are dropped without a word. */
  readonly dropped: number
  /** How long it takes; null as long as any. */
  readonly ms: number | null
  readonly echo: 'keys' | 'order' | 'identifiers' | null
}

export const PLAIN_FATE: JobFate = {
  cancelled: false,
  hold: null,
  failing: new Set(),
  echoesPayload: true,
  dropped: 0,
  ms: null,
  echo: null,
}

/** All times in ms. */
export interface ImportJob {
  readonly id: string
  readonly createdAt: number
  readonly startsAt: number
  readonly dueAt: number
  readonly total: number
  readonly listIds: readonly string[]
  readonly fate: JobFate
  status: ImportStatus
  startedAt: number | null
  completedAt: number | null
  completed: number
  failed: number
  /** As it was sent; let go of once it is applied. */
  payload: readonly SentProfile[]
  profileIds: readonly string[]
  errors: readonly ImportError[]
}
