import type { SegmentListProblem } from '#app/core/flow/segment-list.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { SegmentListReport } from '#app/core/report/segment-list-report.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import {
  findSegmentList,
  listSegmentLists,
  type SegmentList,
  saveSegmentList,
  stopSegmentList,
} from '#app/store/segment-lists.ts'
import { segmentListStopped } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

/** Keeps a segment as a list in Klaviyo from now on. Returns `full` if too many segments are kept already. */
export async function keepSegmentList(shop: ShopDomain, segment: string, now: Date): Promise<'kept' | 'full'> {
  const saved = await transaction((on) => saveSegmentList(shop, segment, now, on))
  if (!saved) return 'full'
  wakeSoon([shop])
  return 'kept'
}

/** Stops keeping a segment; its list in Klaviyo stays as it is. */
export async function stopKeeping(shop: ShopDomain, segment: string, now: Date): Promise<void> {
  const stopped = await stopSegmentList(shop, segment, { problem: 'by_hand', now }, autocommit)
  if (stopped) segmentListStopped({ shop, segment, why: 'by_hand' })
}

/** Returns whether a segment is kept as a list: `none` if that was never asked for, or was stopped by hand; otherwise the problem, if there is one. */
export async function segmentListState(
  shop: ShopDomain,
  segment: string,
): Promise<'none' | 'kept' | Exclude<SegmentListProblem, 'by_hand'>> {
  const found = await findSegmentList(shop, segment)
  if (!found || found.problem === 'by_hand') return 'none'
  return found.problem ?? 'kept'
}

/** Returns the segments that are kept as lists, and those that could not be kept any longer, the oldest first. */
export async function loadSegmentLists(shop: ShopDomain): Promise<SegmentListReport[]> {
  const lists = await listSegmentLists(shop)
  return lists.filter(({ problem }) => problem !== 'by_hand').map(toReport)
}

function toReport({
  segment,
  segmentName,
  listName,
  listed,
  lookedAt,
  problem,
  stoppedAt,
}: SegmentList): SegmentListReport {
  const report = { segment, segmentName, listName, listed, problem, isKept: stoppedAt === null }
  return { ...report, lookedAt: lookedAt?.toISOString() ?? null }
}
