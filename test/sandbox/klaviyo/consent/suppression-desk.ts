export type SuppressionKind = 'create' | 'delete'

export interface SuppressionJob {
  readonly id: string
  readonly kind: SuppressionKind
  /** In ms. */
  readonly createdAt: number
  completedAt: number | null
  total: number
  completed: number
  /** Addresses that are nobody's, or whose suppression stays. */
  skipped: number
}

/** An account's suppression jobs, newest last. */
export class SuppressionDesk {
  readonly #jobs: SuppressionJob[] = []

  open(kind: SuppressionKind, id: string, now: number): SuppressionJob {
    const job: SuppressionJob = { id, kind, createdAt: now, completedAt: null, total: 0, completed: 0, skipped: 0 }
    this.#jobs.push(job)
    return job
  }

  all(kind: SuppressionKind): readonly SuppressionJob[] {
    return this.#jobs.filter((job) => job.kind === kind)
  }
}
