import { countReadyMarks, findBacklog } from '#app/store/marks.ts'
import { startCatchUpRun } from '#app/store/run-starts.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'

/**
 * Starts a catch-up when more marks are ready than `most`: one bulk read is sooner done. Not while marks are held for a baseline:
 * it would answer those as well. Yields whether it did.
 */
export async function catchUp({ shop, clock }: Conducting, most: number): Promise<boolean> {
  const now = clock()
  if ((await findShop(shop))?.futureSince) return false
  if ((await findOpenRun(shop)) || (await countReadyMarks(shop, { upTo: most + 1, now })) <= most) return false
  const backlog = await findBacklog(shop)
  if (!backlog) return false
  // Metafield changes name no updated_at and may not move it, so a search by it would miss them.
  const search = backlog.undated > most ? null : searchFrom(backlog.oldest)
  const started = await startCatchUpRun(shop, search, now)
  if (started) runStepped({ shop, run: '', kind: 'catch_up', state: 'queued', why: 'storm' })
  return started
}

/** Shopify's filter matches whole days. https://shopify.dev/docs/api/admin-graphql/latest/queries/customers */
function searchFrom(oldest: Date): string {
  return `updated_at:>='${oldest.toISOString().slice(0, 10)}T00:00:00Z'`
}
