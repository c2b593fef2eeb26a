import type { Endpoint } from '#app/core/flow/budget.ts'
import { after } from '#app/core/flow/instants.ts'
import type { OutageCause } from '#app/core/flow/klaviyo-outage.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { canBeProbed, isAnswering } from '#app/klaviyo/is-answering.ts'
import { refuseConnection } from '#app/store/connections.ts'
import { blockCalls, clearFailure, saveFailure } from '#app/store/klaviyo-budgets.ts'
import { accountThrottled, connectionRefused, klaviyoFails } from '../events.ts'
import type { Conducting } from './conducting.ts'
import { type GrantedCalls, takeCalls } from './take-calls.ts'

/**
 * Lets the account, or the connection, know what Klaviyo said to calls that were made at once. Returns what keeps further calls to the
 * endpoint from being made now; null when nothing does.
 */
export async function heedAnswers(
  conducting: Conducting,
  taken: GrantedCalls,
  answers: readonly ({ readonly kind: string } | Interruption)[],
): Promise<Interruption | null> {
  const { endpoint, trial } = taken
  const throttled = answers.find(isThrottled)
  if (throttled) return heedThrottle(conducting, endpoint, throttled)
  if (answers.some(({ kind }) => kind === 'outdated')) return noteFailure(conducting, endpoint, 'outdated')
  if (answers.some(({ kind }) => kind === 'unauthorized')) return heedRefusedKey(conducting)
  if (answers.length > 0 && answers.every(({ kind }) => kind === 'unavailable')) {
    if (!(await answersOthers(conducting, taken))) return noteFailure(conducting, endpoint, 'unanswered')
  }
  if (trial) await clearFailure(conducting.connection.accountId, endpoint)
  return null
}

type Throttled = Extract<Interruption, { kind: 'throttled' }>

function isThrottled(answer: { readonly kind: string } | Interruption): answer is Throttled {
  return answer.kind === 'throttled'
}

async function heedThrottle(
  { shop, connection, clock }: Conducting,
  endpoint: Endpoint,
  throttled: Throttled,
): Promise<Interruption> {
  const { retryAfterMs } = throttled
  const now = clock()
  await blockCalls(connection.accountId, endpoint, after(now, retryAfterMs))
  await accountThrottled(shop, { endpoint: endpoint.name, retryAfterMs }, now)
  return throttled
}

async function heedRefusedKey({ shop, connection, clock }: Conducting): Promise<Interruption> {
  await refuseConnection(connection, clock())
  connectionRefused(shop)
  return { kind: 'unauthorized' }
}

/**
 * Whether Klaviyo answers a call to the endpoint that carries nothing. Then it is what the others carried that it fails on, and not all
 * calls alike. Of endpoints that carry no profiles it is not asked.
 */
async function answersOthers(conducting: Conducting, { endpoint, trial }: GrantedCalls): Promise<boolean> {
  if (!canBeProbed(endpoint)) return false
  // An import whose answer is lost is no rarity: only a second one in a row is worth a question.
  if (endpoint === endpoints.submitImport && !trial) return false
  // With the call of a trial, this one was taken out of the allowance as well.
  const allowed = trial || (await takeCalls(conducting, endpoint, 1)).kind === 'granted'
  return allowed && (await isAnswering(conducting.connection.key, endpoint))
}

async function noteFailure(
  { shop, connection, clock }: Conducting,
  endpoint: Endpoint,
  why: OutageCause,
): Promise<Interruption> {
  const now = clock()
  const { until, isNews } = await saveFailure(connection.accountId, endpoint, { why, now })
  if (isNews) klaviyoFails({ shop, endpoint: endpoint.name, why })
  return { kind: 'throttled', retryAfterMs: until.getTime() - now.getTime() }
}
