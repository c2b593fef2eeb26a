import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { LiveNames } from '#app/core/report/unsynced-customers.ts'
import { readCustomerNames } from '#app/shopify/read-customers.ts'

const AGAIN_MS = 3_000
const REFUSED_AGAIN_MS = 60_000

/** Reads the names and addresses of listed customers from Shopify now, to be shown. At most 100 customers. */
export async function readNames(shop: ShopDomain, customerIds: readonly CustomerId[]): Promise<LiveNames> {
  if (customerIds.length === 0) return { kind: 'names', names: {} }
  const answer = await readCustomerNames(shop, customerIds)
  if (answer.kind === 'throttled') return { kind: 'unavailable', retryMs: Math.max(answer.retryAfterMs, AGAIN_MS) }
  if (answer.kind === 'unavailable') return { kind: 'unavailable', retryMs: AGAIN_MS }
  if (answer.kind !== 'answered') return { kind: 'unavailable', retryMs: REFUSED_AGAIN_MS }
  const named = customerIds.flatMap((customerId, i) => (answer.data[i] ? [[customerId, answer.data[i]] as const] : []))
  return { kind: 'names', names: Object.fromEntries(named) }
}
