import type { ShopDomain } from '#app/core/ids.ts'
import type { DestinationFacts } from '#app/core/report/destination-view.ts'
import type { KlaviyoList } from '#app/core/settings/destination.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { listLists } from '#app/klaviyo/lists.ts'
import { databaseNow } from '#app/store/clock.ts'
import { findSharedPrefixes } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { reserveCalls } from '#app/store/klaviyo-budgets.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import type { Shop } from '#app/store/shops.ts'
import { findOpenCredential } from '../../connection/open-credential.ts'
import { freePrefix } from '../../connection/save-sharing.ts'
import { listProblemOf } from '../../report/load-sync-card.ts'
import { loadSegmentLists } from '../../segment-lists/choose-segment-list.ts'

/** What the destination page shows beside the choice: the lists that Klaviyo has now, and the customers that the choice keeps back. */
export async function loadDestinationFacts(
  shop: ShopDomain,
  { known, now }: { known: Shop | null; now: Date },
): Promise<DestinationFacts> {
  const account = known?.recordedAccount ?? null
  const [counts, lists, others, segmentLists] = await Promise.all([
    listProfileCounts(shop),
    listAllLists(shop, now),
    account === null ? null : findSharedPrefixes(shop, account, autocommit),
    loadSegmentLists(shop),
  ])
  const countOf = (reason: string) =>
    counts.reduce((sum, { code, profiles }) => (code === reason ? sum + profiles : sum), 0)
  return {
    alreadyInKlaviyo: countOf('already_in_klaviyo'),
    waitingAtLimit: countOf('limit'),
    lists,
    accountIsShared: others !== null,
    freePrefix: freePrefix(shop, others ?? new Set()),
    listProblem: listProblemOf(known),
    segmentLists,
  }
}

/** Pages of ten lists each. Also ends a cursor that repeats itself. */
const MOST_PAGES = 100

/** Every list of the shop's account, by name; null when Klaviyo does not answer, or the shop is not connected. */
async function listAllLists(shop: ShopDomain, now: Date): Promise<readonly KlaviyoList[] | null> {
  const credential = await findOpenCredential(shop, databaseNow)
  if (!credential) return null
  const lists: KlaviyoList[] = []
  let page: { next: string } | null = null
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const { granted } = await reserveCalls(credential.quota, endpoints.listLists, { wanted: 1, now })
    if (granted === 0) return null
    const answer = await listLists(credential.access, page)
    if (answer.kind !== 'page') return null
    lists.push(...answer.lists)
    if (answer.next === null) break
    page = { next: answer.next }
  }
  return lists.sort((a, b) => a.name.localeCompare(b.name, 'en'))
}
