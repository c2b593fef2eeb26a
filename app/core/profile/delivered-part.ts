import { type FieldName, LOCATION, PROPERTY } from './field-names.ts'
import type { FieldValues } from './live-fields.ts'
import type { Profile } from './profile.ts'

/**
 * Returns what a profile in Klaviyo has in these fields, in the form in which profiles are sent: what Klaviyo has not changed since has the same
 * canonical text, and so the same hash.
 */
export function deliveredPart(values: FieldValues, fields: readonly FieldName[]): Profile {
  const attributes: Record<string, unknown> = {}
  const location: Record<string, unknown> = {}
  const properties: Record<string, unknown> = {}
  for (const field of fields) {
    const value = values.get(field)
    if (value === undefined) continue
    if (field.startsWith(PROPERTY)) properties[field.slice(PROPERTY.length)] = value
    else if (field.startsWith(LOCATION)) location[field.slice(LOCATION.length)] = value
    else attributes[field] = value
  }
  const place = Object.keys(location).length > 0 ? { location } : {}
  return { ...attributes, ...place, properties } as unknown as Profile
}
