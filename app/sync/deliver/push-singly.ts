import type { PushOutcome } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { upsertProfile } from '#app/klaviyo/upsert-profile.ts'
import type { Conducting } from './conducting.ts'
import type { OutgoingPush } from './outgoing-push.ts'
import { heedInterruption, takeCalls } from './take-calls.ts'

const AT_ONCE = 12

/**
 * Writes profiles one call each, some at a time. Yields an outcome for every one of them, in order: when the account must
 * wait, or the key is refused, those not yet sent share that outcome.
 */
export async function pushSingly(conducting: Conducting, pushes: readonly OutgoingPush[]): Promise<PushOutcome[]> {
  const outcomes: PushOutcome[] = []
  while (outcomes.length < pushes.length) {
    const taken = await takeCalls(
      conducting,
      endpoints.upsertProfile,
      Math.min(AT_ONCE, pushes.length - outcomes.length),
    )
    if (taken.kind !== 'granted') return withRest(outcomes, pushes.length, taken)
    const sent = pushes.slice(outcomes.length, outcomes.length + taken.calls)
    outcomes.push(...(await Promise.all(sent.map((push) => upsertProfile(conducting.connection.key, push)))))
    const stop = outcomes.find((outcome) => outcome.kind === 'throttled' || outcome.kind === 'unauthorized')
    if (!stop) continue
    await heedInterruption(conducting, endpoints.upsertProfile, stop)
    return withRest(outcomes, pushes.length, stop)
  }
  return outcomes
}

function withRest(outcomes: readonly PushOutcome[], length: number, rest: PushOutcome): PushOutcome[] {
  return [...outcomes, ...new Array<PushOutcome>(length - outcomes.length).fill(rest)]
}
