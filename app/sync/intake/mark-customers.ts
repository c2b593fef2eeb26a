import { deadline } from '#app/core/deadline.ts'
import { isStorable, latest } from '#app/core/flow/instants.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { type Mark, saveMarks } from '#app/store/marks.ts'
import { countWebhooks } from './count-webhooks.ts'
import { wakeSoon } from './wake-soon.ts'

/** What one webhook says of one customer. */
export interface Change {
  readonly customerId: CustomerId
  /** Null when the webhook did not say. */
  readonly updatedAt: Date | null
}

interface Waiting {
  readonly mark: Mark
  readonly settled: () => void
  readonly failed: (error: unknown) => void
}

// Marks that come while a statement runs go into the next one: under load one commit carries many webhooks, and a single
// webhook waits for nobody. Measured in app/decisions/008-group-commit.md.
let waiting: Waiting[] = []
let committing = false

/**
 * Notes that a customer may differ from its profile. What differs is read from Shopify when its turn comes. Resolves once
 * the mark is committed; rejects when the database does not take it, or not within 3.5 seconds: then it may be kept all the same, which
 * costs a read.
 */
export function markCustomer(shop: ShopDomain, change: Change): Promise<void> {
  return new Promise((settled, failed) => {
    const { customerId, updatedAt } = change
    const mark = { shop, changes: 1, customerId, updatedAt: updatedAt && isStorable(updatedAt) ? updatedAt : null }
    waiting.push({ mark, settled, failed })
    if (!committing) void commitWaiting()
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
  try {
    const marks = coalesced(group.map(({ mark }) => mark))
    await deadline(saveMarksSurely(marks), COMMIT_MS)
    for (const { settled } of group) settled()
    countWebhooks(marks)
    wakeSoon(new Set(marks.map((mark) => mark.shop)))
  } catch (error) {
    // A value that the database does not take is one webhook's, not that of all who came with it.
    if (group.length > 1 && isDataError(error)) for (const one of group) await commit([one])
    else for (const { failed } of group) failed(error)
  }
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: class 22 is about values. */
function isDataError(error: unknown): boolean {
  return String((error as { code?: string }).code).startsWith('22')
}

// Shopify waits for five seconds. A statement that gets no answer gives up first, so that the next group has a new connection; the
// whole may take longer where a connection is waited for.
const STATEMENT_MS = 2_500
const COMMIT_MS = 3_500
const DEADLOCK = '40P01'

/** Once more after a deadlock with another process, in which Postgres chose us to give way. */
async function saveMarksSurely(marks: readonly Mark[]): Promise<void> {
  try {
    await saveMarks(marks, databaseNow(), STATEMENT_MS)
  } catch (error) {
    if ((error as { code?: string }).code !== DEADLOCK) throw error
    await saveMarks(marks, databaseNow(), STATEMENT_MS)
  }
}

/** One mark for each customer: changes summed, the newest updated_at kept. */
function coalesced(marks: readonly Mark[]): Mark[] {
  const byCustomer = new Map<string, Mark>()
  for (const mark of marks) {
    const key = `${mark.shop} ${mark.customerId}`
    const other = byCustomer.get(key)
    byCustomer.set(
      key,
      other
        ? { ...mark, changes: mark.changes + other.changes, updatedAt: latest(mark.updatedAt, other.updatedAt) }
        : mark,
    )
  }
  return [...byCustomer.values()]
}
