import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { addressBatches, findProfiles, type ProfilesAsked } from '#app/klaviyo/find-profiles.ts'
import type { Conducting } from './conducting.ts'
import { heedAnswers } from './heed-answers.ts'
import { takeCalls } from './take-calls.ts'

const AT_ONCE = 12

export interface ExistingProfiles {
  /** Klaviyo ids by address. */
  readonly byEmail: ReadonlyMap<string, string>
  /** The customers that these profiles name as their own, if that was asked, by Klaviyo id. */
  readonly owners: ReadonlyMap<string, CustomerId>
  readonly calls: number
  /** What kept Klaviyo from answering for all of them; null when nothing did. */
  readonly interruption: Interruption | null
}

/**
 * Looks up which of these addresses have a profile in Klaviyo, some batches at a time, pages followed. An address that Klaviyo cannot
 * read has none: what it minds is told by the push.
 */
export async function findExisting(
  conducting: Conducting,
  emails: readonly string[],
  options: { withOwner?: boolean } = {},
): Promise<ExistingProfiles> {
  const byEmail = new Map<string, string>()
  const owners = new Map<string, CustomerId>()
  const left: ProfilesAsked[] = addressBatches(emails).map((batch) => ({ emails: batch }))
  let calls = 0
  while (left.length > 0) {
    const taken = await takeCalls(conducting, endpoints.findProfiles, Math.min(AT_ONCE, left.length))
    if (taken.kind !== 'granted') return { byEmail, owners, calls, interruption: taken }
    const asked = left.splice(0, taken.calls)
    const answers = await Promise.all(asked.map((page) => findProfiles(conducting.connection.key, page, options)))
    calls += asked.length
    const stop = await heedAnswers(conducting, taken, answers)
    for (const [i, answer] of answers.entries()) {
      if (answer.kind === 'refused') left.push(...halvesOf(asked[i]!))
      else if (answer.kind === 'page') {
        for (const { email, klaviyoId, owner } of answer.found) {
          byEmail.set(email, klaviyoId)
          if (owner !== null) owners.set(klaviyoId, owner)
        }
        if (answer.next !== null) left.push({ next: answer.next })
      } else {
        return { byEmail, owners, calls, interruption: stop ?? answer }
      }
    }
  }
  return { byEmail, owners, calls, interruption: null }
}

function halvesOf(asked: ProfilesAsked): ProfilesAsked[] {
  if (!('emails' in asked) || asked.emails.length === 1) return []
  const middle = Math.ceil(asked.emails.length / 2)
  return [{ emails: asked.emails.slice(0, middle) }, { emails: asked.emails.slice(middle) }]
}
