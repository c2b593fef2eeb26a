import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ExportPart } from '#app/core/report/export-part.ts'
import { cursorOf, placeOf } from '#app/core/report/list-cursor.ts'
import type { LiveName, UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { findListed, type ListedProfile, listPlaceOf } from '#app/store/profile-lists.ts'
import { rowsFor, toUnsynced } from './list-unsynced-customers.ts'
import { readNames } from './read-names.ts'

/** Customers of one part: five calls to Shopify, which a small shop's allowance restores in some seconds. */
const PART_SIZE = 500
const NAMES_AT_ONCE = 100

/**
 * Returns the next part of a list, the oldest first, with names and addresses as Shopify has them now. The browser asks for one part after the
 * other and puts the file together, so that no part is read faster than it is taken, and nothing is read once the merchant cancels. While
 * Shopify throttles, the same part is to be asked for again.
 */
export async function exportPart(
  shop: ShopDomain,
  { reason, run, after }: { reason: UnsyncedReason; run: string | null; after: string | null },
  now: Date,
): Promise<ExportPart> {
  const position = { order: 'oldest', after: placeOf(after), before: null } as const
  const rows = await rowsFor(shop, { reason, run }, { ...position, limit: PART_SIZE }, now)
  const last = rows.length === PART_SIZE ? rows.at(-1)! : null
  return withNames(shop, rows, last && cursorOf(listPlaceOf(last)))
}

/** Returns the chosen customers, with names and addresses. At most a page of them. */
export async function exportChosen(shop: ShopDomain, customerIds: readonly CustomerId[]): Promise<ExportPart> {
  return withNames(shop, await findListed(shop, customerIds), null)
}

async function withNames(
  shop: ShopDomain,
  rows: readonly ListedProfile[],
  next: string | null,
): Promise<ExportPart> {
  const names: Record<string, LiveName> = {}
  for (let i = 0; i < rows.length; i += NAMES_AT_ONCE) {
    const ids = rows.slice(i, i + NAMES_AT_ONCE).map(({ customerId }) => customerId)
    const answer = await readNames(shop, ids)
    if (answer.kind !== 'names') return { kind: 'wait', ms: answer.retryMs }
    Object.assign(names, answer.names)
  }
  const customers = rows.map((row) => ({
    ...toUnsynced(row),
    name: names[row.customerId]?.name ?? null,
    email: names[row.customerId]?.email ?? null,
  }))
  return { kind: 'part', customers, next }
}
