import type { ShopDomain } from '#app/core/ids.ts'
import { cancelBulkOperation } from '#app/shopify/bulk-operations.ts'
import { autocommit } from '#app/store/database.ts'
import { endDryRun, findDryRun } from '#app/store/dry-runs.ts'
import { deleteMembershipSnapshot } from '#app/store/memberships.ts'
import { dryRunStepped } from '../events.ts'

/** Cancels the open dry run. Returns whether there was one: it may have ended by itself. */
export async function cancelDryRun(shop: ShopDomain, now: Date): Promise<{ readonly kind: 'cancelled' | 'over' }> {
  const dry = await findDryRun(shop)
  const end = { id: dry?.id ?? null, to: 'cancelled', failure: 'cancelled_by_hand', now } as const
  if (!dry || !(await endDryRun(shop, end, autocommit))) return { kind: 'over' }
  await deleteMembershipSnapshot(shop, dry.id)
  dryRunStepped({ shop, dryRun: dry.id, subject: dry.subject, state: 'cancelled', why: end.failure })
  // As for a run: an app may run five operations at once in a shop. If that fails, it ends by itself.
  if (dry.bulkOperation && dry.byteOffset === 0) await cancelBulkOperation(shop, dry.bulkOperation)
  return { kind: 'cancelled' }
}
