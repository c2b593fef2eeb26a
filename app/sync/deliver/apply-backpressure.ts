import type { Endpoint } from '#app/core/flow/budget.ts'
import { after } from '#app/core/flow/instants.ts'
import type { OutageCause } from '#app/core/flow/klaviyo-outage.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { canBeProbed, isAnswering } from '#app/klaviyo/is-answering.ts'
import { refuseConnection } from '#app/store/connections.ts'
import { blockCalls, clearFailure, saveFailure } from '#app/store/klaviyo-budgets.ts'
import { accountThrottled, connectionRefused, klaviyoFails } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { acquireCalls, type GrantedCalls } from './acquire-calls.ts'

/**
 * Updates the account's allowance, or the connection, from Klaviyo's answers to calls that were made at the same time. Returns why no
 * further calls to the endpoint may be made now; null if they may.
 */
export async function applyBackpressure(
  turn: ShopTurn,
  taken: GrantedCalls,
  answers: readonly ({ readonly kind: string } | Interruption)[],
): Promise<Interruption | null> {
  const { endpoint, trial } = taken
  const throttled = answers.find(isThrottled)
  if (throttled) return applyThrottle(turn, endpoint, throttled)
  for (const why of ['outdated', 'misconfigured'] as const)
    if (answers.some(({ kind }) => kind === why)) return recordFailure(turn, endpoint, why)
  if (answers.some(({ kind }) => kind === 'unauthorized')) return applyRefusedKey(turn)
  if (answers.length > 0 && answers.every(({ kind }) => kind === 'unavailable')) {
    if (!(await answersOthers(turn, taken))) return recordFailure(turn, endpoint, 'unanswered')
  }
  if (trial) await clearFailure(turn.credential.quota, endpoint)
  return null
}

type Throttled = Extract<Interruption, { kind: 'throttled' }>

function isThrottled(answer: { readonly kind: string } | Interruption): answer is Throttled {
  return answer.kind === 'throttled'
}

async function applyThrottle(
  { shop, credential, clock }: ShopTurn,
  endpoint: Endpoint,
  throttled: Throttled,
): Promise<Interruption> {
  const { retryAfterMs } = throttled
  const now = clock()
  await blockCalls(credential.quota, endpoint, after(now, retryAfterMs))
  await accountThrottled(shop, { endpoint: endpoint.name, retryAfterMs }, now)
  return throttled
}

async function applyRefusedKey({ shop, credential, clock }: ShopTurn): Promise<Interruption> {
  await refuseConnection(credential, clock())
  connectionRefused(shop)
  return { kind: 'unauthorized' }
}

/**
 * Whether Klaviyo answers an empty call to the endpoint. If it does, it fails on the content of the other calls, and not on every call.
 * Returns false for endpoints that carry no profiles, without a call.
 */
async function answersOthers(turn: ShopTurn, { endpoint, trial }: GrantedCalls): Promise<boolean> {
  if (!canBeProbed(endpoint)) return false
  // A single import without an answer is common: only after a second one in a row is Klaviyo probed.
  if (endpoint === endpoints.submitImport && !trial) return false
  // With the call of a trial, this one was taken out of the allowance as well.
  const allowed = trial || (await acquireCalls(turn, endpoint, 1)).kind === 'granted'
  return allowed && (await isAnswering(turn.credential.access, endpoint))
}

async function recordFailure(
  { shop, credential, clock }: ShopTurn,
  endpoint: Endpoint,
  why: OutageCause,
): Promise<Interruption> {
  const now = clock()
  const { until, isNews } = await saveFailure(credential.quota, endpoint, { why, now })
  if (isNews) klaviyoFails({ shop, endpoint: endpoint.name, why })
  return { kind: 'throttled', retryAfterMs: until.getTime() - now.getTime() }
}
