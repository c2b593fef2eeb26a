import type { Profile } from './profile.ts'

/** The name of a delivered field: `first_name`, `location.city`, `properties.loyalty_tier`. */
export type FieldName = string

export const LOCATION = 'location.'
export const PROPERTY = 'properties.'

/** Returns the names of all fields in a profile, sorted. Only names are stored, never values. */
export function fieldNamesOf(profile: Profile): FieldName[] {
  const { location, properties, ...attributes } = profile
  return [
    ...Object.keys(attributes),
    ...Object.keys(location ?? {}).map((name) => LOCATION + name),
    ...Object.keys(properties).map((name) => PROPERTY + name),
  ].sort()
}

/** The fields that a push clears, in the form in which Klaviyo expects each. */
export interface ClearedFields {
  readonly attributes: readonly string[]
  readonly location: readonly string[]
  readonly properties: readonly string[]
}

// Klaviyo clears a field sent as null and keeps one that is not sent. Only what Lockstep delivered before may be cleared: a field it never
// wrote belongs to another source. https://developers.klaviyo.com/en/reference/update_profile

/** Returns the fields that were delivered and are no longer in the profile; null if there are none. */
export function clearedFields(delivered: readonly FieldName[], current: readonly FieldName[]): ClearedFields | null {
  if (delivered.length === 0) return null
  const kept = new Set(current)
  const gone = delivered.filter((name) => !kept.has(name))
  if (gone.length === 0) return null
  const under = (prefix: string) =>
    gone.filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length))
  return {
    attributes: gone.filter((name) => !name.includes('.')),
    location: under(LOCATION),
    properties: under(PROPERTY),
  }
}
