import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { changeMembers } from '#app/klaviyo/lists.ts'
import { transaction } from '#app/store/database.ts'
import {
  clearListProblem,
  deferListChanges,
  type ListChange,
  type ListChangeKind,
  listListChanges,
  saveListProblem,
  settleListChanges,
} from '#app/store/list-changes.ts'
import { findShop, holdAccount } from '#app/store/shops.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedAnswers } from '../deliver/heed-answers.ts'
import { takeCalls } from '../deliver/take-calls.ts'
import { listChanged, listUnusable } from '../events.ts'

/** "This endpoint accepts a maximum of 1000 profiles per call." https://developers.klaviyo.com/en/reference/add_profiles_to_list */
const MOST_PROFILES = 1_000
const KLAVIYO_AWAY_MS = 15_000
/** Who repairs a list in Klaviyo does not say so here. */
const LIST_AGAIN_MS = 60 * 60_000

/**
 * Puts profiles on the chosen list, and takes off it whom a rule leaves out, one call's worth of each. A list that takes none keeps
 * nothing else from being synced. Yields whether anything was changed.
 */
export async function changeLists(conducting: Conducting): Promise<boolean> {
  const { shop, connection, clock } = conducting
  const list = connection.delivery.list?.id
  const known = await findShop(shop)
  if (!list || known?.status !== 'on' || (known.listNotBefore && known.listNotBefore > clock())) return false
  const left = await changeSome(conducting, list, 'leave')
  if (left === 'stop') return false
  const joined = await changeSome(conducting, list, 'join')
  return left === 'changed' || joined === 'changed'
}

type Changed = 'changed' | 'nothing' | 'stop'

async function changeSome(conducting: Conducting, list: string, kind: ListChangeKind): Promise<Changed> {
  const { shop, connection } = conducting
  const changes = await listListChanges(shop, { kind, limit: MOST_PROFILES })
  if (changes.length === 0) return 'nothing'
  const outcome = await change(conducting, { list, kind, changes })
  if (outcome.settled.length > 0) {
    await transaction(async (on) => {
      if (!(await holdAccount(shop, connection.accountId, on))) return
      await settleListChanges(shop, { kind, changes: outcome.settled }, on)
      await clearListProblem(shop, on)
    })
    listChanged({ shop, kind, profiles: outcome.settled.length })
  }
  if (!outcome.stop) return 'changed'
  await heedStop(conducting, list, outcome.stop)
  return 'stop'
}

type Stop = { readonly kind: 'gone' } | { readonly kind: 'forbidden' } | Interruption

interface Outcome {
  /** Changed, or found to have no profile any more. */
  readonly settled: readonly ListChange[]
  readonly stop: Stop | null
}

/** One unknown profile fails the call, so it goes again without those that Klaviyo names; when it names none, in halves. */
async function change(
  conducting: Conducting,
  asked: { list: string; kind: ListChangeKind; changes: readonly ListChange[] },
): Promise<Outcome> {
  const { changes } = asked
  const allowed = await takeCalls(conducting, endpoints.changeMembers, 1)
  if (allowed.kind !== 'granted') return { settled: [], stop: allowed }
  const profiles = [...new Set(changes.map(({ klaviyoId }) => klaviyoId))]
  const answer = await changeMembers(conducting.connection.key, { ...asked, profiles })
  const stop = await heedAnswers(conducting, allowed, [answer])
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
  const first = unknown.size > 0 ? { settled: some, stop: null } : await change(conducting, { ...asked, changes: some })
  if (first.stop || others.length === 0) return first
  const second = await change(conducting, { ...asked, changes: others })
  return { settled: [...first.settled, ...second.settled], stop: second.stop }
}

async function heedStop(conducting: Conducting, list: string, stop: Stop): Promise<void> {
  const { shop, clock } = conducting
  const now = clock()
  if (stop.kind === 'gone' || stop.kind === 'forbidden') {
    await saveListProblem(shop, { list, problem: stop.kind, now, notBefore: after(now, LIST_AGAIN_MS) })
    listUnusable(shop, stop.kind)
    return
  }
  await deferListChanges(shop, after(now, stop.kind === 'throttled' ? stop.retryAfterMs : KLAVIYO_AWAY_MS))
}
