import { forecastOf } from '#app/core/flow/forecast.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { findCustomerSums } from '#app/store/customer-sums.ts'
import type { ProfileCountRow } from '#app/store/profile-counts.ts'
import { findShop } from '#app/store/shops.ts'
import { findLastPace } from '#app/store/sync-runs.ts'

const MOST_MARKS_COUNTED = 10_000

/** What a full sync would do if it started now, with Shopify's current count of customers. Null when Shopify does not answer. */
export async function forecastFullSync(shop: ShopDomain): Promise<FullSyncForecast | null> {
  const [customers, known, { counts, marks }, pace] = await Promise.all([
    countCustomers(shop, null),
    findShop(shop),
    findCustomerSums(shop, { upTo: MOST_MARKS_COUNTED }),
    findLastPace(shop),
  ])
  if (customers.kind !== 'answered') return null
  const sum = (which: (row: ProfileCountRow) => boolean) =>
    counts.filter(which).reduce((total, { profiles }) => total + profiles, 0)
  return forecastOf({
    customers: customers.data,
    known: sum(({ state }) => state !== 'gone'),
    atLimit: sum(({ code }) => code === 'limit'),
    notInSync: sum(isSentAgain),
    marks: marks.all,
    mostNew: known?.destination.mostNew ?? null,
    pace,
  })
}

/** Customers that a full sync sends even if they are unchanged. Issues are not counted: an unresolved issue only comes up again. */
function isSentAgain({ state, code }: ProfileCountRow): boolean {
  return state === 'forgotten' || (state === 'pending' && code !== 'limit') || code === 'future_only'
}
