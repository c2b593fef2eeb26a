import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { type BulkStart, startBulkOfNothing } from '#app/shopify/bulk-operations.ts'
import { findShopForBulk, saveBulkRefused, saveBulkStarted, takeBulkTry } from '#app/store/bulk-access.ts'
import { bulkAccessKept } from '../events.ts'

/** Records what an attempt to start a bulk query says about the app's access to bulk operations. */
export async function recordBulkStart(answer: AdminAnswer<BulkStart>, now: Date): Promise<void> {
  if (answer.kind !== 'answered') return
  if (answer.data.kind === 'started') await saveBulkStarted(now)
  if (answer.data.kind === 'refused' && answer.data.whose === 'app') await saveBulkRefused(now)
}

/**
 * Starts a bulk query that matches no customer, in any shop, if this installation has started none for days: Shopify takes the access back from an
 * app that does not use it. Its result is not asked for.
 */
export async function keepBulkAccess(clock: () => Date): Promise<void> {
  if (!(await takeBulkTry(clock()))) return
  const shop = await findShopForBulk()
  if (!shop) return
  const answer = await startBulkOfNothing(shop)
  bulkAccessKept({ shop, outcome: answer.kind === 'answered' ? answer.data.kind : answer.kind })
  await recordBulkStart(answer, clock())
}
