import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { ownerPropertiesOf } from '#app/core/profile/sharing.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { addressBatches, findProfiles, type ProfilesQuery } from '#app/klaviyo/find-profiles.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { acquireCalls } from './acquire-calls.ts'
import { applyBackpressure } from './apply-backpressure.ts'

const AT_ONCE = 12

export interface ExistingProfiles {
  /** Klaviyo ids by email address. */
  readonly byEmail: ReadonlyMap<string, string>
  /** The customer that each profile names, by Klaviyo id; empty unless `withOwner` is set. */
  readonly owners: ReadonlyMap<string, CustomerId>
  readonly calls: number
  /** Why some addresses could not be looked up; null when all were. */
  readonly interruption: Interruption | null
}

/**
 * Looks up which of these addresses have a profile in Klaviyo, several batches at a time, following pages. An address that Klaviyo rejects
 * counts as having none: the push then reports the reason.
 */
export async function findExisting(
  turn: ShopTurn,
  emails: readonly string[],
  { withOwner = false }: { withOwner?: boolean } = {},
): Promise<ExistingProfiles> {
  const byEmail = new Map<string, string>()
  const owners = new Map<string, CustomerId>()
  const ownerProperties = withOwner ? ownerPropertiesOf(turn.policy.mapping) : []
  const remaining: ProfilesQuery[] = addressBatches(emails).map((batch) => ({ emails: batch }))
  let calls = 0
  while (remaining.length > 0) {
    const taken = await acquireCalls(turn, endpoints.findProfiles, Math.min(AT_ONCE, remaining.length))
    if (taken.kind !== 'granted') return { byEmail, owners, calls, interruption: taken }
    const pages = remaining.splice(0, taken.calls)
    const answers = await Promise.all(pages.map((page) => findProfiles(turn.credential.access, page, ownerProperties)))
    calls += pages.length
    const stop = await applyBackpressure(turn, taken, answers)
    for (const [i, answer] of answers.entries()) {
      if (answer.kind === 'refused') remaining.push(...halvesOf(pages[i]!))
      else if (answer.kind === 'page') {
        for (const { email, klaviyoId, owner } of answer.found) {
          byEmail.set(email, klaviyoId)
          if (owner !== null) owners.set(klaviyoId, owner)
        }
        if (answer.next !== null) remaining.push({ next: answer.next })
      } else {
        return { byEmail, owners, calls, interruption: stop ?? answer }
      }
    }
  }
  return { byEmail, owners, calls, interruption: null }
}

function halvesOf(page: ProfilesQuery): ProfilesQuery[] {
  if (!('emails' in page) || page.emails.length === 1) return []
  const middle = Math.ceil(page.emails.length / 2)
  return [{ emails: page.emails.slice(0, middle) }, { emails: page.emails.slice(middle) }]
}
