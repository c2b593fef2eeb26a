import type { PushOutcome } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { upsertProfile } from '#app/klaviyo/upsert-profile.ts'
import type { Conducting } from './conducting.ts'
import { heedAnswers } from './heed-answers.ts'
import { nextVariant } from './next-variant.ts'
import type { OutgoingPush } from './outgoing-push.ts'
import { type GrantedCalls, takeCalls } from './take-calls.ts'

const AT_ONCE = 12
/** More than fields that can be left out and a profile that is gone; past it Klaviyo has said no for good. */
const MOST_VARIANTS = 8

/** What became of one push, and as what it was sent last: without a field that Klaviyo minded, or into another profile. */
export interface PushedSingly {
  readonly sent: OutgoingPush
  readonly outcome: PushOutcome
}

/**
 * Writes profiles one by one, some at a time. Returns an outcome for every one of them, in order: when the account must
 * wait, or the key is refused, those not yet sent share that outcome.
 */
export async function pushSingly(conducting: Conducting, pushes: readonly OutgoingPush[]): Promise<PushedSingly[]> {
  const pushed: PushedSingly[] = []
  while (pushed.length < pushes.length) {
    const wanted = Math.min(AT_ONCE, pushes.length - pushed.length)
    const taken = await takeCalls(conducting, endpoints.upsertProfile, wanted)
    if (taken.kind !== 'granted') return withRest(pushed, pushes, taken)
    const sent = pushes.slice(pushed.length, pushed.length + taken.calls)
    const answered = await Promise.all(sent.map((push) => pushOne(conducting, taken, push)))
    pushed.push(...answered)
    const outcomes = answered.map(({ outcome }) => outcome)
    const stop = await heedAnswers(conducting, taken, outcomes)
    if (stop) return withRest(pushed, pushes, stop)
  }
  return pushed
}

/** One push, sent again in another form as long as Klaviyo's answer leads to one. The first call is granted already. */
async function pushOne(conducting: Conducting, taken: GrantedCalls, push: OutgoingPush): Promise<PushedSingly> {
  let sent = push
  for (let variants = 1; ; variants++) {
    const answer = await upsertProfile(conducting.connection.key, sent)
    // The outcome of a trial call is recorded at once: until then no other call is granted.
    if (taken.trial && variants === 1) await heedAnswers(conducting, taken, [answer])
    const next = variants < MOST_VARIANTS ? await nextVariant(conducting, sent, answer) : null
    if (!next) return { sent, outcome: answer.kind === 'unknown_id' ? { kind: 'unavailable' } : answer }
    const allowed = await takeCalls(conducting, endpoints.upsertProfile, 1)
    if (allowed.kind !== 'granted') return { sent, outcome: allowed }
    sent = next
  }
}

function withRest(pushed: readonly PushedSingly[], pushes: readonly OutgoingPush[], rest: PushOutcome): PushedSingly[] {
  return [...pushed, ...pushes.slice(pushed.length).map((sent) => ({ sent, outcome: rest }))]
}
