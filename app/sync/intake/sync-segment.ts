import type { ShopDomain } from '#app/core/ids.ts'
import { countSegmentSyncs, findSegmentSync, saveSegmentSync } from '#app/store/segment-syncs.ts'
import { wakeSoon } from './wake-soon.ts'

/** More segments at once would only wait for each other. */
const MOST_SEGMENTS = 20

/**
 * Has all customers of a segment read and sent again; a worker marks them in pages (feed-segments.ts). Returns `full` if too many segments are
 * under way already.
 */
export async function syncSegment(shop: ShopDomain, segment: string, now: Date): Promise<'asked' | 'full'> {
  if ((await countSegmentSyncs(shop)) >= MOST_SEGMENTS && !(await findSegmentSync(shop, segment))) return 'full'
  await saveSegmentSync(shop, segment, now)
  wakeSoon([shop])
  return 'asked'
}

/** How many customers of a segment have been marked; null if it is not under way. */
export async function segmentProgress(shop: ShopDomain, segment: string): Promise<number | null> {
  return (await findSegmentSync(shop, segment))?.marked ?? null
}
