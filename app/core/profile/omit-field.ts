import { type FieldName, LOCATION, PROPERTY } from './field-names.ts'
import type { Profile } from './profile.ts'

/** Returns the value of a field; undefined if the profile has none. `location` returns the whole location. */
export function valueAt(profile: Profile, field: FieldName): unknown {
  const [holder, name] = placeOf(profile, field)
  return holder && Object.hasOwn(holder, name) ? holder[name] : undefined
}

/** Returns the profile without a field. */
export function omitField(profile: Profile, field: FieldName): Profile {
  const without = (holder: object, name: string) =>
    Object.fromEntries(Object.entries(holder).filter(([key]) => key !== name))
  if (field.startsWith(PROPERTY))
    return {
      ...profile,
      properties: without(profile.properties, field.slice(PROPERTY.length)) as Profile['properties'],
    }
  if (field.startsWith(LOCATION))
    return { ...profile, location: without(profile.location ?? {}, field.slice(LOCATION.length)) }
  return without(profile, field) as unknown as Profile
}

function placeOf(profile: Profile, field: FieldName): [Readonly<Record<string, unknown>> | undefined, string] {
  if (field.startsWith(PROPERTY)) return [profile.properties, field.slice(PROPERTY.length)]
  if (field.startsWith(LOCATION))
    return [profile.location as Record<string, unknown> | undefined, field.slice(LOCATION.length)]
  return [profile as unknown as Record<string, unknown>, field]
}
