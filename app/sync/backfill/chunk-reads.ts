import { isUnreadable, type Unreadable } from '#app/core/profile/customer.ts'
import { type Memberships, noMemberships } from '#app/core/profile/memberships.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import type { CustomerRecord } from '#app/shopify/bulk-file.ts'
import { findMemberships } from '#app/store/memberships.ts'
import type { CustomerRead } from '../deliver/decide-batch.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { RunChunk } from './run-chunk.ts'

/** Adds the memberships that the rules need, from the run's snapshot or from the page. They are no older than the run's request. */
export async function toReads(
  { shop, policy }: ShopTurn,
  { id }: { readonly id: string },
  { customers, memberships: read }: RunChunk,
): Promise<CustomerRead[]> {
  if (!membershipQueryOf(policy.audience)) return customers.map((customer) => toRead(customer, noMemberships))
  // Null: Shopify could not read them. A customer that is not in the snapshot is in no segment and no company.
  if (read) return customers.map((customer) => toRead(customer, read.get(customer.id) ?? null))
  const ids = customers.map(({ id }) => id)
  const snapshot = await findMemberships(shop, id, ids)
  return customers.map((customer) => toRead(customer, snapshot.get(customer.id) ?? noMemberships))
}

const MEMBERSHIPS_UNKNOWN: Unreadable = { unreadable: 'failed', words: null }

function toRead({ id, shown }: CustomerRecord, memberships: Memberships | null): CustomerRead {
  const read = memberships === null && !isUnreadable(shown) ? MEMBERSHIPS_UNKNOWN : shown
  const [customer, unreadable] = isUnreadable(read) ? [null, read] : [read, null]
  return {
    customerId: id,
    customer,
    unreadable,
    memberships: memberships ?? noMemberships,
    newestSeenAt: null,
    attempt: 1,
    singleOnly: false,
    heard: null,
  }
}
