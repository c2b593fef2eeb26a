import type { Endpoint } from '#app/core/flow/budget.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { createList, findList, findListByName, type ListAnswer } from '#app/klaviyo/lists.ts'
import type { SegmentList } from '#app/store/segment-lists.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Returns the list of a kept segment: as it is called now, or `gone`. One that has not been made yet is looked for by its name first: the answer
 * about it may have been lost, and there is never to be a second one.
 */
export async function findOrMakeList(turn: ShopTurn, { listId, listName }: SegmentList): Promise<ListAnswer> {
  const { access } = turn.credential
  if (listId !== null) return ask(turn, endpoints.findList, () => findList(access, listId))
  const name = listName!
  const found = await ask(turn, endpoints.listLists, () => findListByName(access, name))
  if (found.kind !== 'found') return found
  if (found.list) return { kind: 'found', list: found.list }
  return ask(turn, endpoints.createList, () => createList(access, name))
}

async function ask<Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  endpoint: Endpoint,
  call: () => Promise<Answer>,
): Promise<Answer | Interruption> {
  const allowed = await acquireCalls(turn, endpoint, 1)
  if (allowed.kind !== 'granted') return allowed
  const answer = await call()
  return (await applyBackpressure(turn, allowed, [answer])) ?? answer
}
