import { catchUpMarks, metafieldsWorth } from '#app/core/flow/read-lane.ts'
import { RETRY_BATCH, RETRY_IN_BULK_BATCH, retryBatch } from '#app/core/flow/retry-pace.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import {
  endReasonRetry,
  hasRoomForRetries,
  listReasonRetries,
  markNextOfReason,
  type ReasonRetry,
} from '#app/store/reason-retries.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Marks the next customers of the oldest retry that a merchant asked for. Few at a time, once what was marked before is done, so that changes
 * are not kept waiting; very many all at once, because one bulk operation reads them then. A process that dies goes on after the last batch
 * that was saved. Returns whether it marked any.
 */
export async function feedRetries(turn: ShopTurn): Promise<boolean> {
  const { shop, policy, signal } = turn
  const [retry] = await listReasonRetries(shop)
  if (!retry) return false
  const [run, known] = await Promise.all([findOpenRun(shop, autocommit), findShop(shop)])
  const metafields = metafieldsWorth(metafieldsRead(policy.mapping.mapping))
  const limit = retryBatch({
    remaining: retry.customers - retry.marked,
    catchUpMarks: catchUpMarks(metafields, membershipQueryOf(policy.audience)),
    hasOpenRun: run !== null,
    futureOnly: known?.futureSince != null,
  })
  if (limit === RETRY_BATCH && !(await hasRoomForRetries(shop, RETRY_BATCH))) return false
  let marked: number
  do marked = await markBatch(turn, retry, limit)
  while (limit === RETRY_IN_BULK_BATCH && marked === limit && !signal.aborted)
  return true
}

async function markBatch({ shop, clock }: ShopTurn, { code }: ReasonRetry, limit: number): Promise<number> {
  return transaction(async (on) => {
    const marked = await markNextOfReason(shop, { code, limit, now: clock() }, on)
    if (marked < limit) await endReasonRetry(shop, code, on)
    return marked
  })
}
