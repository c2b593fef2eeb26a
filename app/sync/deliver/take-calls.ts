import { setTimeout as wait } from 'node:timers/promises'
import type { Endpoint } from '#app/core/flow/budget.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { pushEndpoints } from '#app/klaviyo/endpoints.ts'
import { findSendableConnection, type OpenConnection, refuseConnection } from '#app/store/connections.ts'
import { blockCalls, reserveCalls } from '#app/store/klaviyo-budgets.ts'
import { accountThrottled, connectionRefused } from '../events.ts'
import type { Conducting } from './conducting.ts'

/** A second's window opens again within this; for a minute's, the shop hands on and comes back. */
const WORTH_WAITING_MS = 1_200

/**
 * Takes up to `wanted` calls to an endpoint out of the account's allowance, waiting a little when there are none. Looks
 * first whether the shop may still send: an uninstallation, a disconnection or a refused key stops the next call, and once the
 * integration is off no profile is written any more.
 * Yields how many were granted, at least one, or what stands in the way.
 */
export async function takeCalls(
  { shop, connection, clock, signal }: Conducting,
  endpoint: Endpoint,
  wanted: number,
): Promise<{ readonly kind: 'granted'; readonly calls: number } | Interruption> {
  for (let waitedMs = 0; ; ) {
    if (signal.aborted) return { kind: 'throttled', retryAfterMs: 0 }
    if (!(await maySendAs(connection))) return { kind: 'unauthorized' }
    const { granted, waitMs } = await reserveCalls(connection.accountId, endpoint, { wanted, now: clock() })
    if (granted > 0) return { kind: 'granted', calls: granted }
    if (waitedMs + waitMs > WORTH_WAITING_MS) return { kind: 'throttled', retryAfterMs: waitMs }
    await wait(waitMs)
    waitedMs += waitMs
  }

  async function maySendAs({ accountId, connectedAt }: OpenConnection): Promise<boolean> {
    const now = await findSendableConnection(shop)
    if (now?.accountId !== accountId || now.connectedAt.getTime() !== connectedAt.getTime()) return false
    return now.status !== 'off' || !pushEndpoints.includes(endpoint)
  }
}

/** Lets the account, or the connection, know what Klaviyo said to all its calls. */
export async function heedInterruption(
  { shop, connection, clock }: Conducting,
  endpoint: Endpoint,
  interruption: Interruption,
): Promise<void> {
  if (interruption.kind === 'throttled') {
    const now = clock()
    await blockCalls(connection.accountId, endpoint, after(now, interruption.retryAfterMs))
    await accountThrottled(shop, { endpoint: endpoint.name, retryAfterMs: interruption.retryAfterMs }, now)
  }
  if (interruption.kind === 'unauthorized') {
    await refuseConnection(connection, clock())
    connectionRefused(shop)
  }
}
