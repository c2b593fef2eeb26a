import type { ClearedFields } from '#app/core/profile/field-names.ts'
import type { Profile } from '#app/core/profile/profile.ts'

/** A profile to be sent. `canonical` is the JSON text of its attributes. */
export interface OutgoingProfile {
  readonly canonical: string
  /** Known from an earlier push, so that a changed address updates the same profile; null if unknown. */
  readonly klaviyoId: string | null
  readonly fieldsToClear: ClearedFields | null
}

/** Returns the JSON of one profile resource. If there is nothing to clear, it contains the canonical text unchanged. */
export function profilePayload({ canonical, klaviyoId, fieldsToClear }: OutgoingProfile): string {
  const id = klaviyoId === null ? '' : `"id":${JSON.stringify(klaviyoId)},`
  const attributes = fieldsToClear
    ? JSON.stringify(withClearedFields(JSON.parse(canonical) as Profile, fieldsToClear))
    : canonical
  const unset =
    fieldsToClear && fieldsToClear.properties.length > 0
      ? `,"meta":{"patch_properties":{"unset":${JSON.stringify(fieldsToClear.properties)}}}`
      : ''
  return `{"type":"profile",${id}"attributes":${attributes}${unset}}`
}

function withClearedFields(profile: Profile, fieldsToClear: ClearedFields): Record<string, unknown> {
  const nulls = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]))
  const location =
    fieldsToClear.location.length > 0 ? { location: { ...nulls(fieldsToClear.location), ...profile.location } } : {}
  return { ...nulls(fieldsToClear.attributes), ...profile, ...location }
}
