import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { quoted } from './find-profiles.ts'
import { ownerIn } from './owner-in.ts'

/** By what a person's profile is looked up. */
export type PersonIdentifier = { readonly klaviyoId: string } | { readonly email: string } | { readonly phone: string }

/** A profile, and the customer it names. */
export interface PersonProfile {
  readonly klaviyoId: string
  readonly email: string | null
  /** The Shopify customer that it names; null if it names none. */
  readonly owner: CustomerId | null
}

const resource = z.object({
  id: z.string().min(1),
  attributes: z.object({ email: z.string().nullish(), properties: z.record(z.string(), z.unknown()).nullish() }),
})
const one = z.object({ data: resource }).transform(({ data }) => [data])
const several = z.object({ data: z.array(resource) }).transform(({ data }) => data)

const FIELDS = 'fields[profile]=email,properties'

/**
 * Returns the profiles that Klaviyo finds by one identifier; none if no profile has it, or if Klaviyo rejects it. `ownerProperties`
 * is the property that names a profile's customer. The id of a profile that
 * was merged into another finds that other profile for a while. https://developers.klaviyo.com/en/reference/get_profile, …/get_profiles
 */
export async function findPerson(
  access: KlaviyoAccess,
  by: PersonIdentifier,
  ownerProperties: readonly string[],
): Promise<{ readonly kind: 'found'; readonly profiles: readonly PersonProfile[] } | Interruption> {
  const answer = await askKlaviyo(access, { method: 'GET', path: pathFor(by) })
  if (answer.kind === 'refused') return { kind: 'found', profiles: [] }
  if (answer.kind !== 'answered') return answer
  const read = readAs('klaviyoId' in by ? one : several, answer.body)
  if (!read) return { kind: 'unavailable' }
  const profiles = read.map(({ id: klaviyoId, attributes: { email, properties } }) => {
    return { klaviyoId, email: email ?? null, owner: ownerIn(properties, ownerProperties) }
  })
  return { kind: 'found', profiles }
}

function pathFor(by: PersonIdentifier): string {
  if ('klaviyoId' in by) return `/api/profiles/${encodeURIComponent(by.klaviyoId)}?${FIELDS}`
  const [field, value] = 'email' in by ? ['email', by.email] : ['phone_number', by.phone]
  return `/api/profiles?filter=${encodeURIComponent(`equals(${field},${quoted(value)})`)}&${FIELDS}`
}
