import { setTimeout as wait } from 'node:timers/promises'
import type { Endpoint } from '#app/core/flow/budget.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { pushEndpoints } from '#app/klaviyo/endpoints.ts'
import { findSendableConnection, type OpenConnection } from '#app/store/connections.ts'
import { reserveCalls } from '#app/store/klaviyo-budgets.ts'
import type { Conducting } from './conducting.ts'

/** A second's window opens again within this; for a minute's, the shop hands on and comes back. */
const WORTH_WAITING_MS = 1_200

/** Calls that may be made. Pass their answers to `heedAnswers`. */
export interface GrantedCalls {
  readonly kind: 'granted'
  readonly endpoint: Endpoint
  readonly calls: number
  /** The endpoint fails: this call finds out whether it still does. */
  readonly trial: boolean
}

/**
 * Takes up to `wanted` calls to an endpoint out of the account's allowance, waiting a little when there are none. Looks
 * first whether the shop may still send: an uninstallation, a disconnection or a refused key stops the next call, and once the
 * integration is off no profile is written any more. While the endpoint fails, one call is granted now and then.
 * Returns how many were granted, at least one, or why none was.
 */
export async function takeCalls(
  { shop, connection, clock, signal }: Conducting,
  endpoint: Endpoint,
  wanted: number,
): Promise<GrantedCalls | Interruption> {
  for (let waitedMs = 0; ; ) {
    if (signal.aborted) return { kind: 'throttled', retryAfterMs: 0 }
    if (!(await maySendAs(connection))) return { kind: 'unauthorized' }
    const {
      granted,
      waitMs,
      failing = false,
    } = await reserveCalls(connection.accountId, endpoint, { wanted, now: clock() })
    if (granted > 0) return { kind: 'granted', endpoint, calls: granted, trial: failing }
    if (failing || waitedMs + waitMs > WORTH_WAITING_MS) return { kind: 'throttled', retryAfterMs: waitMs }
    await wait(waitMs)
    waitedMs += waitMs
  }

  async function maySendAs({ accountId, connectedAt }: OpenConnection): Promise<boolean> {
    const now = await findSendableConnection(shop)
    if (now?.accountId !== accountId || now.connectedAt.getTime() !== connectedAt.getTime()) return false
    return now.status !== 'off' || !pushEndpoints.includes(endpoint)
  }
}
