import { setTimeout as wait } from 'node:timers/promises'
import type { Endpoint } from '#app/core/flow/budget.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { pushEndpoints } from '#app/klaviyo/endpoints.ts'
import { findSendState } from '#app/store/connections.ts'
import { reserveCalls } from '#app/store/klaviyo-budgets.ts'
import { callsReserved } from '#app/telemetry/facts.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** The longest wait for calls: enough for Klaviyo's limit per second. For its limit per minute, the turn ends and is resumed later. */
const MAX_WAIT_MS = 1_200

/** Calls that may be made. Pass their answers to `applyBackpressure`. */
export interface GrantedCalls {
  readonly kind: 'granted'
  readonly endpoint: Endpoint
  readonly calls: number
  /** True if the endpoint was failing: this call finds out whether it still does. */
  readonly trial: boolean
}

/**
 * Takes up to `wanted` calls to an endpoint from the account's allowance, and waits up to `MAX_WAIT_MS` when there are none. First checks
 * whether the shop may still send: after an uninstallation, a disconnection or a refused key no call is made, and while the integration
 * is off no profile is written. While the endpoint is failing, single trial calls are granted, with pauses in between.
 * Returns how many calls were granted, at least one, or why none was.
 */
export async function acquireCalls(
  { shop, credential, clock, signal }: ShopTurn,
  endpoint: Endpoint,
  wanted: number,
): Promise<GrantedCalls | Interruption> {
  for (let waitedMs = 0; ; ) {
    if (signal.aborted) return { kind: 'throttled', retryAfterMs: 0 }
    if (!(await maySendAs(credential))) return { kind: 'unauthorized' }
    const {
      granted,
      waitMs,
      usedShare,
      failing = false,
    } = await reserveCalls(credential.quota, endpoint, { wanted, now: clock() })
    callsReserved.tell({ endpoint: endpoint.name, granted, usedShare })
    if (granted > 0) return { kind: 'granted', endpoint, calls: granted, trial: failing }
    if (failing || waitedMs + waitMs > MAX_WAIT_MS) return { kind: 'throttled', retryAfterMs: waitMs }
    await wait(waitMs)
    waitedMs += waitMs
  }

  async function maySendAs({ accountId, connectedAt }: ShopTurn['credential']): Promise<boolean> {
    const now = await findSendState(shop)
    if (now?.accountId !== accountId || now.connectedAt.getTime() !== connectedAt.getTime()) return false
    return now.status !== 'off' || !pushEndpoints.includes(endpoint)
  }
}
