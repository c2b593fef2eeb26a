import { inTime } from '#app/core/deadline.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { type CustomerSearchResult, customerSearchOf, type SearchedCustomer } from '#app/core/report/customer-search.ts'
import { type FoundCustomer, MOST_FOUND, searchCustomers } from '#app/shopify/search-customers.ts'
import { findListed } from '#app/store/profile-lists.ts'
import { toUnsynced } from './list-unsynced-customers.ts'
import { unknownCustomer } from './load-customer.ts'

/** A merchant waits no longer for Shopify, in milliseconds: the whole answer comes within two seconds. */
const PATIENCE_MS = 1_700

const TOO_SLOW = { kind: 'unavailable' } as const

/**
 * Finds customers by a name, an address, a phone number or their number, in Shopify now, each with its state in Lockstep. Nothing of what is
 * typed or found is stored or logged.
 */
export async function searchForCustomers(shop: ShopDomain, text: string): Promise<CustomerSearchResult> {
  const search = customerSearchOf(text)
  if (search.kind !== 'search') return search
  const answer = await inTime(searchCustomers(shop, search), { ms: PATIENCE_MS, otherwise: TOO_SLOW })
  if (answer.kind !== 'answered') {
    const own = search.number === null ? [] : await withStates(shop, [nameless(search.number)])
    return { kind: 'unavailable', customers: own.filter(({ state }) => state !== 'unread') }
  }
  const found = answer.data
  // A customer that Shopify has deleted may be known all the same.
  const missing = search.number !== null && found.every(({ customerId }) => customerId !== search.number)
  const own = missing ? await withStates(shop, [nameless(search.number!)]) : []
  const known = own.filter(({ state }) => state !== 'unread')
  return {
    kind: 'found',
    customers: [...known, ...(await withStates(shop, found))],
    more: found.length >= MOST_FOUND,
  }
}

async function withStates(shop: ShopDomain, found: readonly FoundCustomer[]): Promise<SearchedCustomer[]> {
  if (found.length === 0) return []
  const rows = await findListed(
    shop,
    found.map(({ customerId }) => customerId),
  )
  const stored = new Map(rows.map((row) => [row.customerId, row]))
  return found.map(({ customerId, name, email, phone }) => ({
    ...toUnsynced(stored.get(customerId) ?? unknownCustomer(customerId)),
    name,
    email,
    phone,
  }))
}

function nameless(customerId: CustomerId): FoundCustomer {
  return { customerId, name: null, email: null, phone: null }
}
