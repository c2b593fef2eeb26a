import { backoffMs } from '#app/core/flow/backoff.ts'
import { pauseMs } from '#app/core/flow/hourly-check.ts'
import { after } from '#app/core/flow/instants.ts'
import { listNameOf } from '#app/core/flow/segment-list.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { readMembersFromCursor, readSegmentName } from '#app/shopify/segments.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveSegmentMembers } from '#app/store/segment-list-members.ts'
import {
  moveSegmentList,
  type SegmentList,
  type SegmentListStep,
  saveSegmentNames,
  stopSegmentList,
} from '#app/store/segment-lists.ts'
import { segmentListStopped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Reads the next page of a kept segment's members from Shopify. After the last one it asks whether the segment still exists: Shopify may show a deleted one as
 * empty, and its list is to stay as it is. Returns whether the look went on.
 */
export async function readMembers({ shop, clock }: ShopTurn, kept: SegmentList): Promise<boolean> {
  const { segment, walk } = kept
  const page = await readMembersFromCursor(shop, kept)
  if (page === 'unreadable') return wait(shop, kept, clock(), { fromStart: true })
  if (page.kind === 'throttled') return wait(shop, kept, clock(), { ms: page.retryAfterMs })
  if (page.kind !== 'answered' || (page.data !== null && page.faults.length > 0)) return wait(shop, kept, clock())
  const isLast = page.data === null || page.data.next === null
  const name = isLast ? await readSegmentName(shop, segment) : null
  if (name?.kind === 'throttled') return wait(shop, kept, clock(), { ms: name.retryAfterMs })
  if (name && name.kind !== 'answered') return wait(shop, kept, clock())
  const segmentName = name ? name.data : null
  if (name && segmentName === null) return stop(shop, segment, clock())
  if (page.data === null) return wait(shop, kept, clock())
  const { members, next } = page.data
  const notBefore = after(clock(), pauseMs(page.pointsAvailable))
  const step: SegmentListStep = { phase: isLast ? 'listing' : 'reading', walk, cursor: next, attempt: 0, notBefore }
  return transaction(async (on) => {
    if (!(await moveSegmentList(shop, kept, { ...step, problem: kept.problem }, on))) return false
    await saveSegmentMembers(shop, { segment, walk }, members, on)
    if (segmentName !== null) {
      await saveSegmentNames(shop, segment, { segmentName, listName: listNameOf(segment, segmentName) }, on)
    }
    return true
  })
}

/** Waits as long as Shopify says, or longer with each failure in a row. */
async function wait(
  shop: ShopDomain,
  kept: SegmentList,
  now: Date,
  { ms, fromStart = false }: { ms?: number; fromStart?: boolean } = {},
): Promise<boolean> {
  const { phase, walk, problem, segment } = kept
  const attempt = ms === undefined ? kept.attempt + 1 : kept.attempt
  const notBefore = after(now, ms ?? backoffMs(attempt, segment))
  const cursor = fromStart ? null : kept.cursor
  await moveSegmentList(shop, kept, { phase, walk, cursor, attempt, notBefore, problem }, autocommit)
  return false
}

async function stop(shop: ShopDomain, segment: string, now: Date): Promise<boolean> {
  await stopSegmentList(shop, segment, { problem: 'segment_gone', now }, autocommit)
  segmentListStopped({ shop, segment, why: 'segment_gone' })
  return true
}
