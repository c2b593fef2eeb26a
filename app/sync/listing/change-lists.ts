import { after } from '#app/core/flow/instants.ts'
import { clearBlock, deferKind, saveBlock } from '#app/store/blocked.ts'
import { transaction } from '#app/store/database.ts'
import { type ListChangeKind, listListChanges, settleListChanges } from '#app/store/list-changes.ts'
import { findShop, holdAccount, lockShop } from '#app/store/shops.ts'
import { listChanged, listUnusable } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { changeMembersOf, type ListStop, MOST_PROFILES } from './change-members.ts'

const KLAVIYO_AWAY_MS = 15_000
/** Lockstep is not notified when a list is repaired in Klaviyo, so it tries again. */
const LIST_AGAIN_MS = 60 * 60_000

/**
 * Adds profiles to the chosen list, and removes those that a rule excludes from it, at most one call of each. A list that cannot be changed
 * does not stop anything else. Returns whether anything was changed.
 */
export async function changeLists(turn: ShopTurn): Promise<boolean> {
  const { shop, policy, clock } = turn
  const list = policy.destination.list?.id
  const known = await findShop(shop)
  if (!list || known?.status !== 'on' || (known.blocked.list && known.blocked.list.until > clock())) return false
  const removed = await changeSome(turn, list, 'leave')
  if (removed === 'stop') return false
  const added = await changeSome(turn, list, 'join')
  return removed === 'changed' || added === 'changed'
}

type Changed = 'changed' | 'nothing' | 'stop'

async function changeSome(turn: ShopTurn, list: string, kind: ListChangeKind): Promise<Changed> {
  const { shop, credential } = turn
  const changes = await listListChanges(shop, { kind, limit: MOST_PROFILES })
  if (changes.length === 0) return 'nothing'
  const outcome = await changeMembersOf(turn, { list, kind, changes })
  if (outcome.settled.length > 0) {
    await transaction(async (on) => {
      if (!(await holdAccount(shop, credential.accountId, on))) return
      await settleListChanges(shop, { kind, changes: outcome.settled }, on)
      await clearBlock(shop, 'list', on)
    })
    listChanged({ shop, kind, profiles: outcome.settled.length })
  }
  if (!outcome.stop) return 'changed'
  await applyStop(turn, list, outcome.stop)
  return 'stop'
}

async function applyStop(turn: ShopTurn, list: string, stop: ListStop): Promise<void> {
  const { shop, clock } = turn
  const now = clock()
  if (stop.kind === 'gone' || stop.kind === 'forbidden') {
    await transaction(async (on) => {
      // Another list may have been chosen meanwhile.
      if ((await lockShop(shop, on))?.destination.list?.id !== list) return
      await saveBlock(shop, 'list', { reason: stop.kind, now, until: after(now, LIST_AGAIN_MS) }, on)
    })
    listUnusable(shop, stop.kind)
    return
  }
  const waitMs = stop.kind === 'throttled' ? stop.retryAfterMs : KLAVIYO_AWAY_MS
  await deferKind(shop, 'list', { now, until: after(now, waitMs) })
}
