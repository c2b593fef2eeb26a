import { forecastOf } from '#app/core/flow/forecast.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { countPendingMarks } from '#app/store/marks.ts'
import { listProfileCounts, type ProfileCountRow } from '#app/store/profile-counts.ts'
import { findShop } from '#app/store/shops.ts'
import { findLastPace } from '#app/store/sync-runs.ts'

const MOST_MARKS_COUNTED = 10_000

/** What a full sync would do if it began now, with the customers counted by Shopify at this moment. Null when Shopify does not say. */
export async function forecastFullSync(shop: ShopDomain): Promise<FullSyncForecast | null> {
  const [customers, known, counts, marks, pace] = await Promise.all([
    countCustomers(shop, null),
    findShop(shop),
    listProfileCounts(shop),
    countPendingMarks(shop, { upTo: MOST_MARKS_COUNTED }),
    findLastPace(shop),
  ])
  if (customers.kind !== 'answered') return null
  const sum = (which: (row: ProfileCountRow) => boolean) =>
    counts.filter(which).reduce((total, { profiles }) => total + profiles, 0)
  return forecastOf({
    customers: customers.data,
    known: sum(({ state }) => state !== 'gone'),
    atLimit: sum(({ code }) => code === 'limit'),
    notInStep: sum(isSentAgain),
    marks,
    mostNew: known?.delivery.mostNew ?? null,
    pace,
  })
}

/** Whom a full sync sends whatever they look like; of an issue that nobody mended, nothing comes but the same issue. */
function isSentAgain({ state, code }: ProfileCountRow): boolean {
  return state === 'forgotten' || (state === 'pending' && code !== 'limit') || code === 'future_only'
}
