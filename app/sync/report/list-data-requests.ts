import type { ShopDomain } from '#app/core/ids.ts'
import type { DataRequestView } from '#app/core/report/data-request-view.ts'
import { findDataRequests } from '#app/store/data-requests.ts'

/** Customers' requests to see their stored data, newest first, for the merchant to answer. */
export async function listDataRequests(shop: ShopDomain): Promise<readonly DataRequestView[]> {
  return findDataRequests(shop)
}
