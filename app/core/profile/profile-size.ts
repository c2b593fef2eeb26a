import { LOCATION } from './field-names.ts'
import type { Profile } from './profile.ts'

/** Klaviyo takes 100 KB for one profile, identifiers and clearings included: a little is left for those. */
export const MOST_PROFILE_BYTES = 100_000

const utf8 = new TextEncoder()

/** The field that takes most bytes on its way, by its name in Klaviyo: `first_name`, `location.city`, or a property's own name. */
export function largestField({ location, properties, ...attributes }: Profile): string | null {
  const places = Object.entries(location ?? {}).map(([name, value]) => [LOCATION + name, value] as const)
  const fields = [...Object.entries(properties), ...Object.entries(attributes), ...places]
  const sizes = fields.map(([name, value]) => ({ name, bytes: utf8.encode(JSON.stringify(value)).length }))
  return sizes.sort((one, other) => other.bytes - one.bytes)[0]?.name ?? null
}
