import type { PushOutcome } from '#app/core/flow/push-outcome.ts'
import type { CallFacts, MadeRequest } from '#app/core/flow/sent-request.ts'
import { LOCATION, PROPERTY } from '#app/core/profile/field-names.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { upsertProfile } from '#app/klaviyo/upsert-profile.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { acquireCalls, type GrantedCalls } from './acquire-calls.ts'
import { applyBackpressure } from './apply-backpressure.ts'
import { nextVariant } from './next-variant.ts'
import type { OutgoingPush } from './outgoing-push.ts'

const AT_ONCE = 12
/** More than there are fields to leave out and lost profile ids to retry without; after this many, Klaviyo's refusal is final. */
const MOST_VARIANTS = 8

/** The outcome of one push, and the form in which it was sent last: perhaps without a refused field, or into another profile. */
export interface PushedSingly {
  readonly sent: OutgoingPush
  readonly outcome: PushOutcome
  readonly request: MadeRequest
}

/**
 * Writes profiles one by one, several at a time, for a run or (null) because of changes. Returns an outcome for each of them, in order: when the account must wait, or the key is
 * refused, the pushes not yet sent get that outcome.
 */
export async function pushSingly(
  turn: ShopTurn,
  pushes: readonly OutgoingPush[],
  run: string | null,
): Promise<PushedSingly[]> {
  const withRest = (rest: PushOutcome) => [
    ...pushed,
    ...pushes.slice(pushed.length).map((sent) => recorded({ turn, sent, outcome: rest, run, facts: NOT_SENT })),
  ]
  const pushed: PushedSingly[] = []
  while (pushed.length < pushes.length) {
    const wanted = Math.min(AT_ONCE, pushes.length - pushed.length)
    const taken = await acquireCalls(turn, endpoints.upsertProfile, wanted)
    if (taken.kind !== 'granted') return withRest(taken)
    const sent = pushes.slice(pushed.length, pushed.length + taken.calls)
    const answered = await Promise.all(sent.map((push) => pushOne(turn, taken, push, run)))
    pushed.push(...answered)
    const outcomes = answered.map(({ outcome }) => outcome)
    const stop = await applyBackpressure(turn, taken, outcomes)
    if (stop) return withRest(stop)
  }
  return pushed
}

/** Sends one push, and sends it again in another form as long as Klaviyo's answer allows one. The first call is granted already. */
async function pushOne(
  turn: ShopTurn,
  taken: GrantedCalls,
  push: OutgoingPush,
  run: string | null,
): Promise<PushedSingly> {
  let sent = push
  let facts = NOT_SENT
  for (let variants = 1; ; variants++) {
    const answer = await upsertProfile(turn.credential.access, sent, (ended) => {
      facts = ended
    })
    // The outcome of a trial call is recorded at once: until then no other call is granted.
    if (taken.trial && variants === 1) await applyBackpressure(turn, taken, [answer])
    const next = variants < MOST_VARIANTS ? await nextVariant(turn, sent, answer) : null
    const outcome: PushOutcome = answer.kind === 'unknown_id' ? { kind: 'unavailable' } : answer
    if (!next) return recorded({ turn, sent, outcome, run, facts })
    const allowed = await acquireCalls(turn, endpoints.upsertProfile, 1)
    if (allowed.kind !== 'granted') return recorded({ turn, sent, outcome: allowed, run, facts })
    sent = next
  }
}

const NOT_SENT: CallFacts = { status: null, tookMs: 0 }

interface Ended {
  readonly turn: ShopTurn
  readonly sent: OutgoingPush
  readonly outcome: PushOutcome
  readonly run: string | null
  readonly facts: CallFacts
}

/** A push with the request to be stored: which fields it cleared, and the hash, but no value. */
function recorded({ turn, sent, outcome, run, facts }: Ended): PushedSingly {
  const { attributes = [], location = [], properties = [] } = sent.fieldsToClear ?? {}
  const request: MadeRequest = {
    customerId: sent.customerId,
    id: sent.delivery!,
    kind: 'upsert',
    at: turn.clock(),
    ...facts,
    profiles: 1,
    run,
    outcome: outcome.kind,
    words: outcome.kind === 'refused' ? outcome.words : null,
    hash: sent.hash,
    klaviyoId: sent.klaviyoId,
    cleared: [...attributes, ...location.map((name) => LOCATION + name), ...properties.map((name) => PROPERTY + name)],
  }
  return { sent, outcome, request }
}
