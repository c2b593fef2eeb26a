import type { ClearedFields } from '#app/core/profile/field-names.ts'
import type { Profile } from '#app/core/profile/profile.ts'

/** A profile on its way. `canonical` is the JSON text of its attributes. */
export interface OutgoingProfile {
  readonly canonical: string
  /** Known from an earlier push, so that a changed address updates the same profile; null when it is not. */
  readonly klaviyoId: string | null
  readonly clears: ClearedFields | null
}

/** The JSON of one profile resource; with nothing to clear, the canonical text itself is what travels. */
export function profilePayload({ canonical, klaviyoId, clears }: OutgoingProfile): string {
  const id = klaviyoId === null ? '' : `"id":${JSON.stringify(klaviyoId)},`
  const attributes = clears ? JSON.stringify(withClears(JSON.parse(canonical) as Profile, clears)) : canonical
  const unset =
    clears && clears.properties.length > 0
      ? `,"meta":{"patch_properties":{"unset":${JSON.stringify(clears.properties)}}}`
      : ''
  return `{"type":"profile",${id}"attributes":${attributes}${unset}}`
}

function withClears(profile: Profile, clears: ClearedFields): Record<string, unknown> {
  const nulls = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, null]))
  const location = clears.location.length > 0 ? { location: { ...nulls(clears.location), ...profile.location } } : {}
  return { ...nulls(clears.attributes), ...profile, ...location }
}
