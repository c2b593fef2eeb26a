import { isoSecond } from '../instants.ts'
import { ResultFile, type ResultRows } from './result-file.ts'
import { LINK_LIFE_MS } from './result-storage.ts'

const bulkSteps = {
  CREATED: ['RUNNING', 'CANCELING', 'FAILED'],
  RUNNING: ['COMPLETED', 'FAILED', 'CANCELING', 'CANCELED'],
  CANCELING: ['CANCELED'],
  COMPLETED: [],
  FAILED: [],
  CANCELED: [],
} as const

type StoredState = keyof typeof bulkSteps
/** A finished one shows as EXPIRED when its address has run out. */
export type BulkState = StoredState | 'EXPIRED'
export type BulkErrorCode = 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT'

export interface BulkStart {
  /** Global id. */
  readonly id: string
  readonly query: string
  readonly rows: ResultRows
  readonly durationMs: number
  readonly now: () => number
}

/** One bulk query, with the fields the Admin API shows. */
export class BulkOperation {
  readonly id: string
  readonly query: string
  readonly type = 'QUERY'
  readonly createdAt: string
  readonly file: ResultFile
  readonly #start: BulkStart
  readonly #createdAtMs: number
  #state: StoredState = 'CREATED'
  #completedAtMs: number | null = null
  errorCode: BulkErrorCode | null = null
  partialDataUrl: string | null = null
  #url: string | null = null

  constructor(start: BulkStart) {
    this.#start = start
    this.id = start.id
    this.query = start.query
    this.file = new ResultFile(start.rows)
    this.#createdAtMs = start.now()
    this.createdAt = isoSecond(this.#createdAtMs)
  }

  get status(): BulkState {
    if (this.#state === 'COMPLETED' && this.#url !== null && this.#expired()) return 'EXPIRED'
    return this.#state
  }

  get isOpen(): boolean {
    return bulkSteps[this.#state].length > 0
  }

  get completedAt(): string | null {
    return this.#completedAtMs === null ? null : isoSecond(this.#completedAtMs)
  }

  /** Grows while the operation runs. */
  get objectCount(): string {
    return String(Math.floor(this.file.lines * this.#share()))
  }

  get rootObjectCount(): string {
    return String(Math.floor(this.file.rowCount * this.#share()))
  }

  get fileSize(): string | null {
    return this.#state === 'COMPLETED' ? String(this.file.size) : null
  }

  get url(): string | null {
    return this.status === 'COMPLETED' ? this.#url : null
  }

  moveTo(state: StoredState): void {
    if (!(bulkSteps[this.#state] as readonly string[]).includes(state)) {
      throw new Error(`${this.id} cannot go from ${this.#state} to ${state}`)
    }
    this.#state = state
    if (bulkSteps[state].length === 0) this.#completedAtMs = this.#start.now()
  }

  /** The address is null when there is nothing in the file. */
  complete(url: string | null): void {
    this.moveTo('COMPLETED')
    this.#url = url
  }

  fail(errorCode: BulkErrorCode, partialDataUrl: string | null): void {
    this.moveTo('FAILED')
    this.errorCode = errorCode
    this.partialDataUrl = partialDataUrl
  }

  #share(): number {
    if (this.#state === 'COMPLETED') return 1
    if (this.#start.durationMs === 0) return 0
    return Math.min(1, Math.max(0, (this.#start.now() - this.#createdAtMs) / this.#start.durationMs))
  }

  #expired(): boolean {
    return this.#completedAtMs !== null && this.#completedAtMs + LINK_LIFE_MS <= this.#start.now()
  }
}
