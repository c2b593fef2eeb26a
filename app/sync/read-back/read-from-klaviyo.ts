import { type Interruption, isInterruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { readBackEndpoint } from '#app/klaviyo/endpoints.ts'
import { addressBatches } from '#app/klaviyo/find-profiles.ts'
import type { LiveProfile } from '#app/klaviyo/read-profile.ts'
import { readProfiles } from '#app/klaviyo/read-profiles.ts'
import type { StoredProfile } from '#app/store/profiles.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { ReadBackProfile } from './compare-profiles.ts'

interface Sent {
  readonly customerId: CustomerId
  readonly stored: StoredProfile
}

/**
 * Reads these customers' profiles: by Klaviyo's ids, and where an id is not known yet by the address that was sent to. A customer without either is left out, and so is
 * an address that Klaviyo cannot parse.
 */
export async function readFromKlaviyo(
  turn: ShopTurn,
  sent: readonly Sent[],
): Promise<{ readonly kind: 'read'; readonly profiles: readonly ReadBackProfile[] } | Interruption> {
  const byId = sent.filter(({ stored }) => stored.klaviyoId !== null)
  const byAddress = new Map(
    sent.flatMap((one) => (byId.includes(one) || !one.stored.sentTo ? [] : [[one.stored.sentTo, one]])),
  )
  const ids = byId.map(({ stored }) => stored.klaviyoId!)
  const questions = [
    ...(ids.length > 0 ? [{ klaviyoIds: ids }] : []),
    ...addressBatches([...byAddress.keys()]).map((emails) => ({ emails })),
  ]
  const found: LiveProfile[] = []
  const unread = new Set<string>()
  for (const question of questions) {
    const answer = await ask(turn, question)
    if (isInterruption(answer)) return answer
    if (answer.kind === 'read') found.push(...answer.profiles)
    else for (const value of Object.values(question).flat()) unread.add(value)
  }
  const liveById = new Map(found.map((live) => [live.klaviyoId, live]))
  const liveByAddress = new Map(found.map((live) => [String(live.fields.get('email')).toLowerCase(), live]))
  const profiles = [
    ...byId.map((one) => ({ ...one, at: one.stored.klaviyoId!, live: liveById.get(one.stored.klaviyoId!) })),
    ...[...byAddress].map(([email, one]) => ({ ...one, at: email, live: liveByAddress.get(email) })),
  ].filter(({ at }) => !unread.has(at))
  return { kind: 'read', profiles: profiles.map((one) => ({ ...one, live: one.live ?? null })) }
}

/**
 * Makes one call, from the half of the allowance that read-backs may use. A 429 keeps only the read-back waiting: the account's changes are sent by other endpoints, which
 * have allowances of their own.
 */
async function ask(turn: ShopTurn, question: Parameters<typeof readProfiles>[1]) {
  const allowed = await acquireCalls(turn, readBackEndpoint, 1)
  if (allowed.kind !== 'granted') return allowed
  const answer = await readProfiles(turn.credential.access, question)
  if (answer.kind === 'throttled' && !allowed.trial) return answer
  return (await applyBackpressure(turn, allowed, [answer])) ?? answer
}
