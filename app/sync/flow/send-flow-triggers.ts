import { backoffMs } from '#app/core/flow/backoff.ts'
import { flowTriggers, withoutValues } from '#app/core/flow/flow-trigger.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type AdminAnswer, UnreadableAnswer } from '#app/shopify/admin-answer.ts'
import { startWorkflows } from '#app/shopify/flow-trigger.ts'
import { transaction } from '#app/store/database.ts'
import { deferFlowRequests, endFlowRequest, type FlowRequest, listDueFlowRequests } from '#app/store/flow-triggers.ts'
import { flowTriggerRefused, flowTriggersSent, flowTriggersWait } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** In one turn, so that the shop's changes do not wait for workflows. */
const AT_ONCE = 10
/** Points of the shop's allowance that are left to reading customers, and how long workflows wait then. */
const POINTS_LEFT = 300
const POINTS_RETURN_MS = 2_000

/**
 * Has Shopify Flow start the workflows that were requested, oldest first. Needs no connection to Klaviyo, and goes on while the integration
 * is off. What Shopify refuses is not repeated. A request whose answer is lost is repeated, and may start a workflow twice. Returns how many
 * requests have ended.
 */
export async function sendFlowTriggers({
  shop,
  clock,
  signal,
}: Pick<ShopTurn, 'shop' | 'clock' | 'signal'>): Promise<number> {
  let [sent, refused] = [0, 0]
  for (const request of await listDueFlowRequests(shop, clock(), AT_ONCE)) {
    if (signal.aborted) break
    const answer = await ask(shop, request)
    const now = clock()
    if (answer.kind !== 'answered') {
      await waitAfter(shop, request, answer, now)
      break
    }
    const words = answer.data === null ? null : withoutValues(answer.data)
    await transaction((on) => endFlowRequest(shop, request, { refused: words, now }, on))
    if (words === null) sent++
    else {
      refused++
      flowTriggerRefused({ shop, trigger: request.trigger, words })
    }
    if (answer.pointsAvailable !== null && answer.pointsAvailable < POINTS_LEFT) {
      await deferFlowRequests(shop, { notBefore: after(now, POINTS_RETURN_MS) })
      break
    }
  }
  if (sent > 0) flowTriggersSent({ shop, requests: sent })
  return sent + refused
}

/** An answer of another shape, or to a document that Shopify no longer knows, is a refusal: a repeat would be answered in the same way. */
async function ask(
  shop: ShopDomain,
  { trigger, customerId, fields }: FlowRequest,
): Promise<AdminAnswer<string | null>> {
  try {
    return await startWorkflows(shop, { handle: flowTriggers[trigger].handle, customerId, fields })
  } catch (error) {
    if (!(error instanceof UnreadableAnswer)) throw error
    return { kind: 'answered', data: error.message, pointsAvailable: null, faults: [] }
  }
}

async function waitAfter(
  shop: ShopDomain,
  { id, attempt }: FlowRequest,
  failure: Exclude<AdminAnswer<never>, { kind: 'answered' }>,
  now: Date,
): Promise<void> {
  if (failure.kind === 'throttled') return deferFlowRequests(shop, { notBefore: after(now, failure.retryAfterMs) })
  await deferFlowRequests(shop, { notBefore: after(now, backoffMs(attempt + 1, id)), attempt: attempt + 1 })
  flowTriggersWait({ shop, why: failure.kind })
}
