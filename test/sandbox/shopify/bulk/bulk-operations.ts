import { setImmediate as nextTurn } from 'node:timers/promises'
import { oddLine } from '../customers/odd-record.ts'
import type { Fault, ShopifyFaults } from '../faults.ts'
import { gidOf } from '../global-id.ts'
import { BulkOperation } from './bulk-operation.ts'
import { ResultFile, type ResultRows } from './result-file.ts'
import type { ResultStorage } from './result-storage.ts'

export interface BulkOperationsOptions {
  readonly domain: string
  readonly now: () => number
  readonly durationMs: number
  readonly faults: ShopifyFaults
  readonly storage: ResultStorage
  /** Called for each `bulk_operations/finish` that goes out, which may be before the end. */
  readonly onFinish: (operation: BulkOperation) => void
}

// Since API version 2026-01; one before (reference, section 3.1).
const MOST_AT_ONCE = 5

interface Running {
  readonly stop: AbortController
  readonly finished: PromiseWithResolvers<BulkOperation>
}

/** The bulk queries of one shop, and what becomes of them. */
export class BulkOperations {
  /** How long the next ones take at least. */
  durationMs: number
  readonly #options: BulkOperationsOptions
  readonly #operations = new Map<BulkOperation, Running>()
  #nextId = 3_000_000_000_001

  constructor(options: BulkOperationsOptions) {
    this.#options = options
    this.durationMs = options.durationMs
  }

  /** Null when five are running already. */
  start(query: string, written: ResultRows): BulkOperation | null {
    const rows = oddRows(written, this.#options)
    const operation = this.#created(query, rows)
    if (operation) void this.#run(operation, rows, fateOf(this.#options))
    return operation
  }

  /** One that Shopify takes on and then may not read for. */
  startDenied(query: string): BulkOperation | null {
    const none = { count: 0, lines: () => [] }
    const operation = this.#created(query, none)
    if (operation) void this.#run(operation, none, { end: 'failed', errorCode: 'ACCESS_DENIED', announced: 'once' })
    return operation
  }

  /** Oldest first. */
  all(): readonly BulkOperation[] {
    return [...this.#operations.keys()]
  }

  get(id: string): BulkOperation | undefined {
    return this.all().find((operation) => operation.id === id)
  }

  /** False when it was over already. */
  cancel(operation: BulkOperation): boolean {
    if (!operation.isOpen) return false
    if (operation.status !== 'CANCELING') operation.moveTo('CANCELING')
    this.#operations.get(operation)?.stop.abort()
    return true
  }

  /** Resolves when the operation has come to an end of any kind. */
  async finished(id: string): Promise<BulkOperation> {
    const operation = this.get(id)
    const running = operation && this.#operations.get(operation)
    if (!running) throw new Error(`no bulk operation ${id}`)
    return running.finished.promise
  }

  close(): void {
    for (const { stop } of this.#operations.values()) stop.abort()
  }

  #created(query: string, rows: ResultRows): BulkOperation | null {
    if (this.all().filter(({ isOpen }) => isOpen).length >= MOST_AT_ONCE) return null
    const id = gidOf('BulkOperation', String(this.#nextId++))
    const operation = new BulkOperation({ id, query, rows, durationMs: this.durationMs, now: this.#options.now })
    this.#operations.set(operation, { stop: new AbortController(), finished: Promise.withResolvers() })
    return operation
  }

  async #run(operation: BulkOperation, rows: ResultRows, fate: Fate): Promise<void> {
    const { stop, finished } = this.#operations.get(operation)!
    const lasting = elapsed(this.durationMs, stop.signal)
    await nextTurn()
    if (operation.status === 'CREATED') operation.moveTo('RUNNING')
    if (fate.announced === 'early') this.#options.onFinish(operation)
    await Promise.all([lasting, operation.file.measure(stop.signal)])
    if (fate.end === 'stalled') await aborted(stop.signal)

    await this.#end(operation, rows, fate)
    if (operation.isOpen) return
    if (fate.announced === 'once' || fate.announced === 'double') this.#options.onFinish(operation)
    if (fate.announced === 'double') this.#options.onFinish(operation)
    finished.resolve(operation)
  }

  async #end(operation: BulkOperation, rows: ResultRows, fate: Fate): Promise<void> {
    const { stop } = this.#operations.get(operation)!
    if (operation.status === 'CANCELING') return operation.moveTo('CANCELED')
    if (stop.signal.aborted) return // the stand-in is closing
    if (fate.end === 'canceled') return operation.moveTo('CANCELED')
    if (fate.end === 'failed') return operation.fail(fate.errorCode, await this.#partial(rows, fate.afterRows ?? 0))
    operation.complete(operation.file.size === 0 ? null : this.#options.storage.put(operation.file))
  }

  async #partial(rows: ResultRows, afterRows: number): Promise<string | null> {
    const file = new ResultFile({ count: Math.min(afterRows, rows.count), lines: rows.lines })
    await file.measure(new AbortController().signal)
    return file.size === 0 ? null : this.#options.storage.put(file)
  }
}

/** The rows with what is odd about them when the operation starts. */
function oddRows(rows: ResultRows, { faults, domain }: BulkOperationsOptions): ResultRows {
  const odd = faults.oddRecords(domain, 'file')
  const orphans = faults.strike('orphan-rows', { shop: domain })?.rows ?? 0
  if (odd.size === 0 && orphans === 0) return rows
  const orphan = (i: number) => `{"id":"gid://shopify/Metafield/${i + 1}","__parentId":"gid://shopify/Customer/1"}`
  return {
    count: rows.count,
    lines(from, to) {
      const lines = rows.lines(from, to).flatMap((line) => {
        const how = odd.get(/"id":"(gid:[^"]*)"/.exec(line)?.[1] ?? '')
        return how ? oddLine(line, how) : [line]
      })
      return from === 0 ? [...Array.from({ length: orphans }, (_, i) => orphan(i)), ...lines] : lines
    },
  }
}

/** How an operation will end, drawn when it starts. */
type Fate = Ending & { readonly announced: 'once' | Extract<Fault, { kind: 'finish-webhook' }>['how'] }
type Ending =
  | { readonly end: 'completed' | 'canceled' | 'stalled' }
  | {
      readonly end: 'failed'
      readonly errorCode: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT'
      readonly afterRows?: number
    }

function fateOf({ faults, domain }: BulkOperationsOptions): Fate {
  const announced = faults.strike('finish-webhook', { shop: domain })?.how ?? 'once'
  if (faults.strike('bulk-stalled', { shop: domain })) return { end: 'stalled', announced }
  if (faults.strike('bulk-canceled', { shop: domain })) return { end: 'canceled', announced }
  const failure = faults.strike('bulk-failed', { shop: domain })
  if (!failure) return { end: 'completed', announced }
  const errorCode = failure.errorCode ?? 'INTERNAL_SERVER_ERROR'
  return { end: 'failed', errorCode, afterRows: failure.afterRows ?? 0, announced }
}

/** The time has passed, or nobody waits for it any more. */
function elapsed(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
