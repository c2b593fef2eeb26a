import { LOCATION } from './field-names.ts'
import type { Profile } from './profile.ts'

/** Klaviyo accepts 100 KB for one profile, including identifiers and cleared fields: the difference is kept for those. */
export const MAX_PROFILE_BYTES = 100_000

const utf8 = new TextEncoder()

/**
 * Returns the field that takes most bytes in the request, by its name in Klaviyo: `first_name`, `location.city`, or a property's own name.
 * Null if there is none.
 */
export function largestField({ location, properties, ...attributes }: Profile): string | null {
  const places = Object.entries(location ?? {}).map(([name, value]) => [LOCATION + name, value] as const)
  const fields = [...Object.entries(properties), ...Object.entries(attributes), ...places]
  const sizes = fields.map(([name, value]) => ({ name, bytes: utf8.encode(JSON.stringify(value)).length }))
  return sizes.sort((one, other) => other.bytes - one.bytes)[0]?.name ?? null
}
