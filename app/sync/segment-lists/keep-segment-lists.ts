import { autocommit } from '#app/store/database.ts'
import { findDueSegmentList, moveSegmentList } from '#app/store/segment-lists.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { listMembers } from './list-members.ts'
import { readMembers } from './read-members.ts'

/**
 * Goes one step on with the kept segment that has waited longest: begins a look, reads a page of members from Shopify, or brings a part of them onto the list
 * in Klaviyo. Each step is saved with its place; a process that dies repeats one. Returns whether there was a step to do.
 */
export async function keepSegmentLists(turn: ShopTurn): Promise<boolean> {
  const { shop, clock } = turn
  const kept = await findDueSegmentList(shop, clock())
  if (!kept) return false
  if (kept.phase === 'reading') return readMembers(turn, kept)
  if (kept.phase === 'listing') return listMembers(turn, kept)
  const look = { phase: 'reading', walk: kept.walk + 1, cursor: null, attempt: 0, notBefore: clock() } as const
  return moveSegmentList(shop, kept, { ...look, problem: kept.problem }, autocommit)
}
