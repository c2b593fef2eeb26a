import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { changeMembers } from '#app/klaviyo/lists.ts'
import type { ListChangeKind } from '#app/store/list-changes.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** "This endpoint accepts a maximum of 1000 profiles per call." https://developers.klaviyo.com/en/reference/add_profiles_to_list */
export const MOST_PROFILES = 1_000

/** Why a list cannot be changed now: it is gone, the key may not, or Klaviyo cannot be asked. */
export type ListStop = { readonly kind: 'gone' } | { readonly kind: 'forbidden' } | Interruption

interface Outcome<Change> {
  /** Changes that were made, or whose profile no longer exists. */
  readonly settled: readonly Change[]
  readonly stop: ListStop | null
}

/**
 * Adds up to `MOST_PROFILES` profiles to a list, or removes them. One unknown profile fails the call, so it is repeated without those that Klaviyo
 * names; when it names none, in halves.
 */
export async function changeMembersOf<Change extends { readonly klaviyoId: string }>(
  turn: ShopTurn,
  request: { list: string; kind: ListChangeKind; changes: readonly Change[] },
): Promise<Outcome<Change>> {
  const { changes } = request
  const allowed = await acquireCalls(turn, endpoints.changeMembers, 1)
  if (allowed.kind !== 'granted') return { settled: [], stop: allowed }
  const profiles = [...new Set(changes.map(({ klaviyoId }) => klaviyoId))]
  const answer = await changeMembers(turn.credential.access, { ...request, profiles })
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
  const first =
    unknown.size > 0 ? { settled: some, stop: null } : await changeMembersOf(turn, { ...request, changes: some })
  if (first.stop || others.length === 0) return first
  const second = await changeMembersOf(turn, { ...request, changes: others })
  return { settled: [...first.settled, ...second.settled], stop: second.stop }
}
