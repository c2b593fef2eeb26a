import { defaultDelivery, type KlaviyoList } from '#app/core/flow/delivery-choice.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { DeliveryView } from '#app/core/report/delivery-view.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { listLists } from '#app/klaviyo/lists.ts'
import { findConnection, findCredential } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { reserveCalls } from '#app/store/klaviyo-budgets.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { listProblemOf } from './load-sync-card.ts'

/** What the destination page shows, with the lists that Klaviyo has now. */
export async function loadDelivery(shop: ShopDomain, now: Date): Promise<DeliveryView> {
  const [known, connection, run, counts, lists] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    findOpenRun(shop, autocommit),
    listProfileCounts(shop),
    listAllLists(shop, now),
  ])
  const countOf = (reason: string) =>
    counts.reduce((sum, { code, profiles }) => (code === reason ? sum + profiles : sum), 0)
  return {
    version: known?.settingsVersion ?? 0,
    delivery: known?.delivery ?? defaultDelivery,
    status: known?.status ?? 'on',
    connected: connection !== null,
    runIsOpen: run !== null,
    alreadyInKlaviyo: countOf('already_in_klaviyo'),
    waitingAtLimit: countOf('limit'),
    lists,
    listProblem: listProblemOf(known),
  }
}

/** Pages of ten lists each. Also ends a cursor that repeats itself. */
const MOST_PAGES = 100

/** Every list of the shop's account, by name; null when Klaviyo does not answer, or the shop is not connected. */
async function listAllLists(shop: ShopDomain, now: Date): Promise<readonly KlaviyoList[] | null> {
  const credential = await findCredential(shop)
  if (!credential) return null
  const lists: KlaviyoList[] = []
  let page: { next: string } | null = null
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { granted } = await reserveCalls(credential.accountId, endpoints.listLists, { wanted: 1, now })
    if (granted === 0) return null
    const answer = await listLists(credential.key, page)
    if (answer.kind !== 'page') return null
    lists.push(...answer.lists)
    if (answer.next === null) break
    page = { next: answer.next }
  }
  return lists.sort((a, b) => a.name.localeCompare(b.name, 'en'))
}
