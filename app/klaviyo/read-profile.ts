import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { FieldValues } from '#app/core/profile/live-fields.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'
import { quoted } from './find-profiles.ts'

/** A profile as Klaviyo has it now, to be shown: by the names of its fields. */
export interface LiveProfile {
  readonly klaviyoId: string
  readonly fields: FieldValues
}

/** A profile as Klaviyo's answers have it. */
export const profileResource = z.object({
  id: z.string().min(1),
  attributes: z
    .object({
      location: z.record(z.string(), z.unknown()).nullish(),
      properties: z.record(z.string(), z.unknown()).nullish(),
    })
    .catchall(z.unknown()),
})
const one = z.object({ data: profileResource }).transform(({ data }) => [data])
const several = z.object({ data: z.array(profileResource) }).transform(({ data }) => data)

export const PROFILE_FIELDS =
  'fields[profile]=email,phone_number,external_id,first_name,last_name,locale,location,properties'
const SHOWN = ['email', 'phone_number', 'external_id', 'first_name', 'last_name', 'locale'] as const

/**
 * Reads a profile by its id, or by an address; null if Klaviyo has none. The id of a profile that was merged into another finds that one for a
 * while. https://developers.klaviyo.com/en/reference/get_profile, …/get_profiles
 */
export async function readProfileLive(
  access: KlaviyoAccess,
  by: { readonly klaviyoId: string } | { readonly email: string },
): Promise<{ readonly kind: 'read'; readonly profile: LiveProfile | null } | Interruption> {
  const path =
    'klaviyoId' in by
      ? `/api/profiles/${encodeURIComponent(by.klaviyoId)}?${PROFILE_FIELDS}`
      : `/api/profiles?filter=${encodeURIComponent(`equals(email,${quoted(by.email)})`)}&${PROFILE_FIELDS}`
  const answer = await askKlaviyo(access, { method: 'GET', path })
  if (answer.kind === 'refused')
    return answer.status === 404 ? { kind: 'read', profile: null } : { kind: 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const [found] = readAs('klaviyoId' in by ? one : several, answer.body) ?? [undefined]
  if (found === undefined)
    return readAs(several, answer.body) ? { kind: 'read', profile: null } : { kind: 'unavailable' }
  return { kind: 'read', profile: liveProfileOf(found) }
}

/** Returns the values of a profile by the names of their fields; a field without a value is left out. */
export function liveProfileOf({ id, attributes: shown }: z.infer<typeof profileResource>): LiveProfile {
  const { location, properties, ...attributes } = shown
  const fields = new Map<string, unknown>()
  for (const name of SHOWN) if (attributes[name] != null) fields.set(name, attributes[name])
  for (const [name, value] of Object.entries(location ?? {})) if (value != null) fields.set(`location.${name}`, value)
  for (const [name, value] of Object.entries(properties ?? {}))
    if (value != null) fields.set(`properties.${name}`, value)
  return { klaviyoId: id, fields }
}
