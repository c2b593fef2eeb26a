import { deadline } from '#app/core/deadline.ts'
import type { Heard } from '#app/core/flow/heard.ts'
import { isStorable, latest } from '#app/core/flow/instants.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { type Mark, saveMarks } from '#app/store/marks.ts'
import { groupCommitted } from '#app/telemetry/facts.ts'
import { outsideRequests } from '#app/telemetry/request-id.ts'
import { currentTrace } from '#app/telemetry/spans.ts'
import { countWebhooks } from './count-webhooks.ts'
import { wakeSoon } from './wake-soon.ts'

/** A change of one customer, as a webhook reports it. */
export interface Change {
  readonly customerId: CustomerId
  /** Null when the webhook does not contain it. */
  readonly updatedAt: Date | null
  /** Whether it is an order or a refund, which may change points later than this is reported. */
  readonly ordered?: boolean
  /** How it was heard of. */
  readonly heard?: Heard
}

interface Waiting {
  readonly mark: CompleteMark
  readonly trace: string | null
  readonly settled: () => void
  readonly failed: (error: unknown) => void
}

type CompleteMark = Required<Omit<Mark, 'heard'>> & Pick<Mark, 'heard'>

// Marks that arrive while a statement runs go into the next one: under load one commit carries many webhooks, and a single webhook does not
// wait for others. Measured in app/decisions/008-group-commit.md.
let waiting: Waiting[] = []
let committing = false

/**
 * Marks a customer as changed. The customer is read from Shopify later, when the mark is drained. Resolves once the mark is committed;
 * rejects when the database refuses it, or does not commit it within 3.5 seconds. The mark may have been committed all the same then, which
 * costs one read.
 */
export function markCustomer(shop: ShopDomain, change: Change): Promise<void> {
  return new Promise((settled, failed) => {
    const { customerId, updatedAt, ordered = false, heard } = change
    const isKnown = updatedAt && isStorable(updatedAt)
    const mark = {
      shop,
      changes: 1,
      customerId,
      updatedAt: isKnown ? updatedAt : null,
      ordered,
      ...(heard && { heard }),
    }
    waiting.push({ mark, trace: currentTrace(), settled, failed })
    if (!committing) void outsideRequests(commitWaiting)
  })
}

async function commitWaiting(): Promise<void> {
  committing = true
  while (waiting.length > 0) {
    const group = waiting
    waiting = []
    await commit(group)
  }
  committing = false
}

async function commit(group: readonly Waiting[]): Promise<void> {
  const begun = performance.now()
  try {
    const marks = coalesced(group.map(({ mark }) => mark))
    await deadline(saveMarksWithRetry(marks), COMMIT_MS)
    for (const { settled } of group) settled()
    groupCommitted.tell({ changes: group.length, tookMs: performance.now() - begun })
    countWebhooks(marks)
    wakeSoon(
      new Set(marks.map((mark) => mark.shop)),
      new Map(group.flatMap(({ mark, trace }) => (trace ? [[mark.shop, trace] as const] : []))),
    )
  } catch (error) {
    // A value that the database refuses comes from one webhook: the others of the group are saved without it.
    if (group.length > 1 && isDataError(error)) for (const one of group) await commit([one])
    else for (const { failed } of group) failed(error)
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: class 22 is about values. */
function isDataError(error: unknown): boolean {
  return String((error as { code?: string }).code).startsWith('22')
}

// Shopify waits five seconds for an answer. A statement without an answer is given up first, so that the next group gets a new connection.
// The whole may take longer when no connection is free.
const STATEMENT_MS = 2_500
const COMMIT_MS = 3_500
const DEADLOCK = '40P01'

/** Saves marks, and tries once more if Postgres has cancelled the statement because of a deadlock with another process. */
async function saveMarksWithRetry(marks: readonly Mark[]): Promise<void> {
  try {
    await saveMarks(marks, databaseNow(), STATEMENT_MS)
  } catch (error) {
    if ((error as { code?: string }).code !== DEADLOCK) throw error
    await saveMarks(marks, databaseNow(), STATEMENT_MS)
  }
}

/** One mark for each customer: changes summed, the newest updated_at kept. */
function coalesced(marks: readonly CompleteMark[]): Mark[] {
  const byCustomer = new Map<string, CompleteMark>()
  for (const mark of marks) {
    const key = `${mark.shop} ${mark.customerId}`
    const other = byCustomer.get(key)
    byCustomer.set(
      key,
      other
        ? {
            ...mark,
            changes: mark.changes + other.changes,
            updatedAt: latest(mark.updatedAt, other.updatedAt),
            ordered: mark.ordered || other.ordered,
          }
        : mark,
    )
  }
  return [...byCustomer.values()]
}
