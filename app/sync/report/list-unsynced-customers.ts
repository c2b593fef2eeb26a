import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { cursorOf, type ListOrder, type ListPlace, type ListPosition, placeOf } from '#app/core/report/list-cursor.ts'
import {
  type CustomerState,
  codesOf,
  type UnsyncedCustomer,
  type UnsyncedPage,
  type UnsyncedReason,
} from '#app/core/report/unsynced-customers.ts'
import { databaseNow } from '#app/store/clock.ts'
import {
  type ListedProfile,
  type ListPage,
  listInSync,
  listOmitted,
  listResolved,
  listUnsynced,
  listWaiting,
} from '#app/store/profile-lists.ts'
import { listReasonRetries } from '#app/store/reason-retries.ts'
import { findShop } from '#app/store/shops.ts'
import { findRun } from '#app/store/sync-runs.ts'

/** How long a resolved issue is listed; the retention rule of profile rows has the same. */
export const RESOLVED_FOR_MS = 7 * 24 * 60 * 60_000

/** Which page of which list. Cursors as the page's address has them. */
export interface AskedPage {
  readonly reason: UnsyncedReason
  /** For the list of one run's issues. */
  readonly run?: string | null
  readonly order?: ListOrder
  readonly after?: string | null
  readonly before?: string | null
  readonly limit: number
}

/** A page of customers with one state or reason. Takes as long for a million customers as for ten. Reads the database only. */
export async function listUnsyncedCustomers(
  shop: ShopDomain,
  asked: AskedPage,
  now: Date = databaseNow(),
): Promise<UnsyncedPage> {
  const position = positionOf(asked)
  const [rows, known, retries] = await Promise.all([
    // One more than is shown tells whether there is another page.
    rowsFor(shop, asked, { ...position, limit: asked.limit + 1 }, now),
    findShop(shop),
    listReasonRetries(shop),
  ])
  const backward = position.before !== null && position.after === null
  const shown = backward ? rows.slice(-asked.limit) : rows.slice(0, asked.limit)
  const more = rows.length > asked.limit
  const hasPrevious = backward ? more : position.after !== null
  const hasNext = backward || more
  const own = retries.filter(({ code }) => codesOf(asked.reason)?.includes(code))
  const sum = (of: 'marked' | 'customers') => own.reduce((total, retry) => total + retry[of], 0)
  return {
    customers: shown.map(toUnsynced),
    previous: hasPrevious && shown[0] ? cursorOf(listPlaceOf(asked.reason, shown[0])) : null,
    next: hasNext && shown.length > 0 ? cursorOf(listPlaceOf(asked.reason, shown.at(-1)!)) : null,
    filled: known?.filledAt != null,
    retrying: own.length > 0 ? { marked: sum('marked'), customers: sum('customers') } : null,
    mostNew: known?.destination.mostNew ?? null,
  }
}

function positionOf({ order = 'newest', after: afterCursor = null, before = null }: AskedPage): ListPosition {
  return { order, after: placeOf(afterCursor), before: placeOf(before) }
}

/** Returns the place of a customer in a list. */
export function listPlaceOf(reason: UnsyncedReason, { customerId, since, syncedAt }: ListedProfile): ListPlace {
  return { since: reason === 'in_sync' ? syncedAt : since, customerId }
}

/** Rows of a list from a place on: for a page, and for the file with all of them. */
export async function rowsFor(
  shop: ShopDomain,
  { reason, run }: Pick<AskedPage, 'reason' | 'run'>,
  page: ListPage,
  now: Date,
): Promise<ListedProfile[]> {
  switch (reason) {
    case 'in_sync':
      return listInSync(shop, page)
    case 'waiting':
      return listWaiting(shop, page)
    case 'omitted':
      return listOmitted(shop, page)
    case 'resolved':
      return listResolved(shop, { ...page, since: after(now, -RESOLVED_FOR_MS) })
    case 'run': {
      // A run reads every customer, so issues that already existed at its end and still exist are those that it found.
      const found = run ? await findRun(shop, run) : null
      return found ? listUnsynced(shop, { ...page, codes: codesOf(reason)!, foundBy: found.finishedAt }) : []
    }
    default:
      return listUnsynced(shop, { ...page, codes: codesOf(reason)!, foundBy: null })
  }
}

/** A stored customer as the pages show it. */
export function toUnsynced(row: ListedProfile): UnsyncedCustomer {
  const { klaviyoId: own, conflictsWith: other } = row
  return {
    customerId: row.customerId,
    state: stateOf(row),
    code: row.code,
    words: row.words,
    conflict: other !== null || row.code === 'identity_conflict' ? { own, other } : null,
    omitted: row.omitted.map(({ field, reason, words }) => ({ field, reason, words })),
    since: sinceOf(row)?.toISOString() ?? null,
    lastSentAt: row.syncedAt?.toISOString() ?? null,
    waits: row.waits,
  }
}

/** Rows from before the time was recorded have at least that at which they were last read. */
function sinceOf({ since, state, readAt }: ListedProfile): Date | null {
  return since ?? (state === 'issue' || state === 'excluded' ? readAt : null)
}

/** A change that waits makes a customer in sync wait; one that is left out, or has an issue, stays there until the change is read. */
function stateOf({ state, code, waits }: Pick<ListedProfile, 'state' | 'code' | 'waits'>): CustomerState {
  switch (state) {
    case null:
      return waits ? 'waiting' : 'unread'
    case 'synced':
      return waits ? 'waiting' : 'in_sync'
    case 'excluded':
      return 'left_out'
    case 'issue':
      return 'issue'
    case 'gone':
      return waits ? 'waiting' : 'gone'
    default:
      return code === 'limit' ? 'left_out' : 'waiting'
  }
}
