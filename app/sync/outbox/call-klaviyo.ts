import type { Endpoint } from '#app/core/flow/budget.ts'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** Makes one call within the account's allowance, and applies back-pressure. Returns its answer, or why there is none. */
export async function callKlaviyo<Answer extends { readonly kind: string }>(
  turn: ShopTurn,
  endpoint: Endpoint,
  call: (access: KlaviyoAccess) => Promise<Answer>,
): Promise<Answer | Interruption> {
  const allowed = await acquireCalls(turn, endpoint, 1)
  if (allowed.kind !== 'granted') return allowed
  const answer = await call(turn.credential.access)
  return (await applyBackpressure(turn, allowed, [answer])) ?? answer
}
