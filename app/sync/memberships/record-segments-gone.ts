import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { readGoneSegments } from '#app/shopify/segments.ts'
import { findShop, saveSegmentsGone } from '#app/store/shops.ts'
import { segmentsGone } from '../events.ts'

/** Asks Shopify which of these segments are gone, and records them for the merchant. */
export async function checkSegmentsGone(
  shop: ShopDomain,
  segments: readonly string[],
): Promise<AdminAnswer<readonly string[]>> {
  const answer = await readGoneSegments(shop, segments)
  if (answer.kind === 'answered') await recordSegmentsGone(shop, segments, answer.data)
  return answer
}

/** Records for the merchant which of the segments in `lookedFor` are gone. */
export async function recordSegmentsGone(
  shop: ShopDomain,
  lookedFor: readonly string[],
  gone: readonly string[],
): Promise<void> {
  const known = await findShop(shop)
  if (!known) return
  const before = known.segmentsGone
  const after = [...before.filter((id) => !lookedFor.includes(id)), ...gone].sort()
  if (after.join() === [...before].sort().join()) return
  await saveSegmentsGone(shop, after)
  segmentsGone({ shop, segments: after.length })
}
