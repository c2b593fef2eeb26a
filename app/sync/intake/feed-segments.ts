import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import { RETRY_BATCH } from '#app/core/flow/retry-pace.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { type MemberPage, readMembersFromCursor } from '#app/shopify/segments.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { markAgain } from '#app/store/marks.ts'
import { distrustProfiles } from '#app/store/profiles.ts'
import { hasRoomForRetries } from '#app/store/reason-retries.ts'
import {
  deferSegmentSync,
  endSegmentSync,
  findDueSegmentSync,
  type SegmentSync,
  saveSegmentPage,
} from '#app/store/segment-syncs.ts'
import { segmentFed } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** Longer than any trouble of Shopify's that passes by itself: with the waits in between, about half an hour. */
const MOST_ATTEMPTS = 12

/**
 * Marks the next page of the oldest segment that a merchant wants synced, once what was marked before is done, so that changes are not kept
 * waiting. As with a list, new profiles are created up to the merchant's limit. A process that dies goes on after the last page that was saved. Returns whether it worked on one.
 */
export async function feedSegments({ shop, clock }: Pick<ShopTurn, 'shop' | 'clock'>): Promise<boolean> {
  const wish = await findDueSegmentSync(shop, clock())
  if (!wish || !(await hasRoomForRetries(shop, RETRY_BATCH))) return false
  const page = await readMembersFromCursor(shop, wish)
  if (page === 'unreadable') await end(shop, wish, 'unreadable')
  else if (page.kind !== 'answered') await wait(shop, wish, page, clock())
  else if (page.data === null) await end(shop, wish, 'gone')
  else await mark(shop, wish, page.data, clock())
  return true
}

async function mark(
  shop: ShopDomain,
  { segment }: SegmentSync,
  { members, next }: MemberPage,
  now: Date,
): Promise<void> {
  await transaction(async (on) => {
    await distrustProfiles(shop, members, on)
    await markAgain(shop, members, now, on, 'retry')
    if (next === null) await endSegmentSync(shop, segment, on)
    else await saveSegmentPage(shop, { segment, cursor: next, marked: members.length }, on)
  })
  segmentFed({ shop, customers: members.length, ended: next === null ? 'done' : 'no' })
}

async function wait(
  shop: ShopDomain,
  wish: SegmentSync,
  failure: Exclude<AdminAnswer<never>, { kind: 'answered' }>,
  now: Date,
): Promise<void> {
  const { segment, attempt } = wish
  if (failure.kind === 'throttled') {
    return deferSegmentSync(shop, { segment, attempt, notBefore: after(now, failure.retryAfterMs) })
  }
  if (failure.kind === 'unavailable' && attempt >= MOST_ATTEMPTS) return end(shop, wish, 'unreadable')
  await deferSegmentSync(shop, {
    segment,
    attempt: attempt + 1,
    notBefore: after(now, backoffMs(attempt + 1, segment)),
  })
}

async function end(shop: ShopDomain, { segment }: SegmentSync, ended: 'gone' | 'unreadable'): Promise<void> {
  await endSegmentSync(shop, segment, autocommit)
  segmentFed({ shop, customers: 0, ended })
}
