import type { Agenda } from '../account/agenda.ts'
import type { SentProfile } from '../profiles/profile-record.ts'
import { seededRandom } from '../seeded-random.ts'
import { applyImport, type ImportGround } from './import-application.ts'
import { type ImportJob, JOB_LIFE_MS, type JobFate } from './import-job.ts'

/**
 * In which order jobs that overlap are applied. Klaviyo promises none ("processing order is not guaranteed"), so the
 * stand-in never keeps the order of submission by itself: a client that relies on it is caught.
 * `reversed`: a job overtakes every job in flight. A number: a seed that decides each time.
 */
export type JobOrder = 'reversed' | 'submitted' | number

export interface Submission {
  readonly accountId: string
  readonly payload: readonly SentProfile[]
  readonly listIds: readonly string[]
  readonly fate: JobFate
  readonly now: number
}

export interface ImportPace {
  /** From queued to complete for a job that is alone; one that overtakes others is done when they are. */
  readonly jobMs: number
  readonly order: JobOrder
}

/** An account's import jobs, from queued to complete. Their data takes effect all at once, when they complete. */
export class ImportQueue {
  readonly #ground: ImportGround
  readonly #agenda: Agenda
  readonly #pace: ImportPace
  readonly #chance: () => number
  readonly #jobs = new Map<string, ImportJob>()
  readonly #inFlight = new Set<ImportJob>()

  constructor(ground: ImportGround, agenda: Agenda, pace: ImportPace) {
    this.#ground = ground
    this.#agenda = agenda
    this.#pace = pace
    this.#chance = typeof pace.order === 'number' ? seededRandom(pace.order) : () => 0
  }

  submit({ accountId, payload, listIds, fate, now }: Submission): ImportJob {
    const dueAt = fate.ms === null ? this.#dueAt(now) : now + fate.ms
    const job: ImportJob = {
      id: this.#ground.ids.job(accountId, now),
      createdAt: now,
      startsAt: now + (dueAt - now) / 3,
      dueAt,
      total: payload.length,
      listIds,
      fate,
      status: 'queued',
      startedAt: null,
      completedAt: null,
      completed: 0,
      failed: 0,
      payload,
      profileIds: [],
      errors: [],
    }
    this.#jobs.set(job.id, job)
    this.#inFlight.add(job)
    this.#agenda.add({ dueAt, rank: this.#rank(), run: () => this.#end(job, dueAt) })
    return job
  }

  /** undefined once it has expired. */
  find(id: string, now: number): ImportJob | undefined {
    const job = this.#jobs.get(id)
    return job !== undefined && now < job.createdAt + JOB_LIFE_MS ? job : undefined
  }

  all(now: number): readonly ImportJob[] {
    return [...this.#jobs.values()].filter((job) => now < job.createdAt + JOB_LIFE_MS)
  }

  /** Starts what is due to start, and ends what was held and is released. What is due to end is in the agenda. */
  advance(now: number): void {
    for (const job of this.#inFlight) {
      if (job.status === 'queued' && now >= job.startsAt) {
        job.status = 'processing'
        job.startedAt = job.startsAt
      }
      if (now >= job.dueAt && job.fate.hold?.released) this.#end(job, now)
    }
  }

  /**
   * A job that overtakes is due with the first of those in flight, and goes before it. So every job is complete within
   * jobMs, however many follow, and an older one is applied after a newer one.
   */
  #dueAt(now: number): number {
    const alone = now + this.#pace.jobMs
    if (this.#pace.order === 'submitted') return alone
    if (typeof this.#pace.order === 'number' && this.#chance() < 0.5) return alone
    let first = alone
    for (const job of this.#inFlight) if (job.dueAt >= now) first = Math.min(first, job.dueAt)
    return first
  }

  #rank(): number {
    if (typeof this.#pace.order === 'number') return this.#chance()
    return this.#pace.order === 'submitted' ? this.#jobs.size : -this.#jobs.size
  }

  #end(job: ImportJob, at: number): void {
    if (!this.#inFlight.has(job)) return
    job.status = 'processing'
    job.startedAt ??= job.startsAt
    if (job.fate.hold?.released === false) return
    this.#inFlight.delete(job)
    if (job.fate.cancelled) {
      job.status = 'cancelled'
      job.payload = []
      return
    }
    applyImport(this.#ground, job, at)
    job.status = 'complete'
    job.completedAt = at
  }
}
