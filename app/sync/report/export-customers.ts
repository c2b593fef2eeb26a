import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ExportPart } from '#app/core/report/export-part.ts'
import { cursorOf, type ListPlace, placeOf } from '#app/core/report/list-cursor.ts'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { findListed, type ListedProfile, listInSyncByNumber } from '#app/store/profile-lists.ts'
import { listPlaceOf, rowsFor, toUnsynced } from './list-unsynced-customers.ts'
import { readNames } from './read-names.ts'

/** As many names as one call to Shopify returns. */
const PART_SIZE = 100
const NAMELESS_PART_SIZE = 1_000

export interface AskedPart {
  readonly reason: UnsyncedReason
  readonly run: string | null
  readonly after: string | null
  /** Whether names and addresses are read from Shopify, which a small shop's allowance permits for some fifty customers a second. */
  readonly withNames: boolean
}

/**
 * Returns the next part of a list, the oldest first; customers in sync by number, since each moves to the end when it is sent. The browser asks for one part after the other and puts the file together, so that no
 * part is read faster than it is taken, and nothing is read once the merchant cancels. While Shopify throttles, the same part is to be asked
 * for again.
 */
export async function exportPart(shop: ShopDomain, asked: AskedPart, now: Date): Promise<ExportPart> {
  const limit = asked.withNames ? PART_SIZE : NAMELESS_PART_SIZE
  const rows = await nextRows(shop, asked, { after: placeOf(asked.after), limit, now })
  const next = rows.length === limit ? cursorOf(listPlaceOf(asked.reason, rows.at(-1)!)) : null
  return partOf(shop, rows, { next, withNames: asked.withNames })
}

async function nextRows(
  shop: ShopDomain,
  asked: AskedPart,
  { after, limit, now }: { after: ListPlace | null; limit: number; now: Date },
): Promise<ListedProfile[]> {
  if (asked.reason === 'in_sync') return listInSyncByNumber(shop, { after: after?.customerId ?? null, limit })
  return rowsFor(shop, asked, { order: 'oldest', after, before: null, limit }, now)
}

/** Returns the chosen customers, with names and addresses. At most 100. */
export async function exportChosen(shop: ShopDomain, customerIds: readonly CustomerId[]): Promise<ExportPart> {
  return partOf(shop, await findListed(shop, customerIds), { next: null, withNames: true })
}

async function partOf(
  shop: ShopDomain,
  rows: readonly ListedProfile[],
  { next, withNames }: { next: string | null; withNames: boolean },
): Promise<ExportPart> {
  const asked = withNames ? rows.map(({ customerId }) => customerId) : []
  const answer = await readNames(shop, asked)
  if (answer.kind !== 'names') return { kind: 'wait', ms: answer.retryMs }
  const customers = rows.map((row) => {
    const { name = null, email = null } = answer.names[row.customerId] ?? {}
    return { ...toUnsynced(row), name, email }
  })
  return { kind: 'part', customers, next }
}
