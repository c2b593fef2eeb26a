import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { ownerIn } from './owner-in.ts'
import { pathOf } from './page-links.ts'

/** The page of profiles to read: those with these addresses, or the page after an earlier one. */
export type ProfilesQuery = { readonly emails: readonly string[] } | { readonly next: string }

export interface FoundProfile {
  /** In lower case. */
  readonly email: string
  readonly klaviyoId: string
  /** The customer that it names; null if it names none, or if that was not asked for. */
  readonly owner: CustomerId | null
}

const profilePage = z.object({
  data: z.array(
    z.object({
      id: z.string().min(1),
      attributes: z.object({ email: z.string().nullish(), properties: z.record(z.string(), z.unknown()).nullish() }),
    }),
  ),
  links: z.object({ next: z.string().nullish() }).nullish(),
})

/**
 * Returns a page of the profiles that have one of these addresses, whatever case Klaviyo stores them in; `next` is the next page's path,
 * null on the last. `ownerProperties` are those that may hold the profile's customer; empty if that is not needed. `refused` if Klaviyo cannot parse one of the addresses.
 * https://developers.klaviyo.com/en/reference/get_profiles
 */
export async function findProfiles(
  access: KlaviyoAccess,
  page: ProfilesQuery,
  ownerProperties: readonly string[] = [],
): Promise<
  | { readonly kind: 'page'; readonly found: readonly FoundProfile[]; readonly next: string | null }
  | { readonly kind: 'refused' }
  | Interruption
> {
  const path = 'next' in page ? page.next : pathFor(page.emails, ownerProperties.length > 0)
  const answer = await askKlaviyo(access, { method: 'GET', path })
  if (answer.kind === 'refused') return { kind: 'refused' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(profilePage, answer.body)
  if (!read) return { kind: 'unavailable' }
  const found = read.data.flatMap(({ id: klaviyoId, attributes: { email, properties } }) => {
    return email ? { email: email.toLowerCase(), klaviyoId, owner: ownerIn(properties, ownerProperties) } : []
  })
  return { kind: 'page', found, next: pathOf(read.links?.next) }
}

/** A commonly used number; a page holds as many. */
const MAX_ADDRESSES = 100
// Klaviyo does not document how long a path it accepts; the shortest limit common among servers is 8 KB.
const LONGEST_PATH = 7_500

/** Splits addresses into batches that each fit one call. */
export function addressBatches(emails: readonly string[]): string[][] {
  const batches: string[][] = []
  let length = 0
  for (const email of emails) {
    const own = encodeURIComponent(quoted(email)).length + COMMA_LENGTH
    const last = batches.at(-1)
    if (last && last.length < MAX_ADDRESSES && length + own <= LONGEST_PATH) {
      last.push(email)
      length += own
    } else {
      batches.push([email])
      length = EMPTY_PATH_LENGTH + own
    }
  }
  return batches
}

const COMMA_LENGTH = encodeURIComponent(',').length

function pathFor(emails: readonly string[], withOwner = false): string {
  const filter = `any(email,[${emails.map(quoted).join(',')}])`
  return `/api/profiles?filter=${encodeURIComponent(filter)}&fields[profile]=email${withOwner ? ',properties' : ''}&page[size]=${MAX_ADDRESSES}`
}

const EMPTY_PATH_LENGTH = pathFor([]).length

/** Returns a text quoted for a filter. */
export function quoted(email: string): string {
  return `"${email.replace(/["\\]/g, '\\$&')}"`
}
