import { autocommit } from '#app/store/database.ts'
import { countReadyMarks, findBacklog } from '#app/store/mark-counts.ts'
import { startCatchUpRun } from '#app/store/run-starts.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { runStepped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Starts a catch-up run when more than `most` marks are ready: one bulk operation is faster then. Not while marks are held for a baseline:
 * the run would clear those as well. Returns whether it started one.
 */
export async function startCatchUp({ shop, clock }: ShopTurn, most: number): Promise<boolean> {
  const now = clock()
  if ((await findShop(shop))?.futureSince) return false
  if ((await findOpenRun(shop, autocommit)) || (await countReadyMarks(shop, { upTo: most + 1, now })) <= most)
    return false
  const backlog = await findBacklog(shop)
  if (!backlog) return false
  // Metafield changes report no updated_at and may not change it, so a search by it would miss them.
  const search = backlog.undated > most ? null : searchFrom(backlog.oldest)
  const started = await startCatchUpRun(shop, search, now)
  if (started) runStepped({ shop, run: '', kind: 'catch_up', state: 'queued', why: 'storm' })
  return started
}

/** Shopify's filter matches whole days. https://shopify.dev/docs/api/admin-graphql/latest/queries/customers */
function searchFrom(oldest: Date): string {
  return `updated_at:>='${oldest.toISOString().slice(0, 10)}T00:00:00Z'`
}
