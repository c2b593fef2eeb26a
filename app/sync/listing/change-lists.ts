import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { changeMembers } from '#app/klaviyo/lists.ts'
import { clearBlock, deferKind, saveBlock } from '#app/store/blocked.ts'
import { transaction } from '#app/store/database.ts'
import { type ListChange, type ListChangeKind, listListChanges, settleListChanges } from '#app/store/list-changes.ts'
import { findShop, holdAccount, lockShop } from '#app/store/shops.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import { listChanged, listUnusable } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** "This endpoint accepts a maximum of 1000 profiles per call." https://developers.klaviyo.com/en/reference/add_profiles_to_list */
const MOST_PROFILES = 1_000
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
  const outcome = await change(turn, { list, kind, changes })
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

type Stop = { readonly kind: 'gone' } | { readonly kind: 'forbidden' } | Interruption

interface Outcome {
  /** Changes that were made, or whose profile no longer exists. */
  readonly settled: readonly ListChange[]
  readonly stop: Stop | null
}

/** One unknown profile fails the call, so it is repeated without those that Klaviyo names; when it names none, in halves. */
async function change(
  turn: ShopTurn,
  request: { list: string; kind: ListChangeKind; changes: readonly ListChange[] },
): Promise<Outcome> {
  const { changes } = request
  const allowed = await acquireCalls(turn, endpoints.changeMembers, 1)
  if (allowed.kind !== 'granted') return { settled: [], stop: allowed }
  const profiles = [...new Set(changes.map(({ klaviyoId }) => klaviyoId))]
  const answer = await changeMembers(turn.credential.key, { ...request, profiles })
  const stop = await applyBackpressure(turn, allowed, [answer])
  if (answer.kind === 'done') return { settled: changes, stop: null }
  if (answer.kind !== 'refused') return { settled: [], stop: stop ?? answer }
  if (changes.length === 1) return { settled: changes, stop: null }
  const unknown = new Set(answer.unknown)
  const [some, others] =
    unknown.size > 0
      ? [
          changes.filter(({ klaviyoId }) => unknown.has(klaviyoId)),
          changes.filter(({ klaviyoId }) => !unknown.has(klaviyoId)),
        ]
      : [changes.slice(0, changes.length / 2), changes.slice(changes.length / 2)]
  const first = unknown.size > 0 ? { settled: some, stop: null } : await change(turn, { ...request, changes: some })
  if (first.stop || others.length === 0) return first
  const second = await change(turn, { ...request, changes: others })
  return { settled: [...first.settled, ...second.settled], stop: second.stop }
}

async function applyStop(turn: ShopTurn, list: string, stop: Stop): Promise<void> {
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
