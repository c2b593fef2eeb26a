import type { ShopDomain } from '#app/core/ids.ts'
import { type History, historyFrom, historyOf } from '#app/core/report/history.ts'
import { findShop } from '#app/store/shops.ts'
import { listHourSums } from '#app/store/sync-hours.ts'

/** What was heard, synced and found wrong, by hour and by day of the shop's own clock. */
export async function loadHistory(shop: ShopDomain, now: Date): Promise<History> {
  const [known, hours] = await Promise.all([findShop(shop), listHourSums(shop, historyFrom(now))])
  return historyOf(hours, { timeZone: known?.timeZone ?? 'UTC', now })
}
