import { type FieldName, LOCATION, PROPERTY } from './field-names.ts'
import type { Profile } from './profile.ts'

/** A profile's values by the names of their fields: `first_name`, `location.city`, `properties.loyalty_tier`. */
export type FieldValues = ReadonlyMap<FieldName, unknown>

/** One field as it would be sent, beside what Klaviyo has. */
export interface LiveField {
  /** As Klaviyo names it: an attribute, `location.city`, or a property's own name. */
  readonly name: string
  readonly isProperty: boolean
  /** As text; null if it would not be sent. */
  readonly wanted: string | null
  /** As text; null if Klaviyo has none, or could not be asked. */
  readonly current: string | null
  readonly state: 'same' | 'differs' | 'missing' | 'to_clear' | 'left_out' | 'unknown'
}

/**
 * Returns the fields of a profile that would be sent, beside what Klaviyo has (`current` null: it could not be asked), and after them those
 * that were delivered and would be cleared. Other fields of the profile belong to other sources. `leftOut` are fields that Klaviyo did not
 * take.
 */
export function liveFields(
  wanted: FieldValues | null,
  current: FieldValues | null,
  { delivered, leftOut }: { delivered: readonly FieldName[]; leftOut: readonly FieldName[] },
): LiveField[] {
  const names = wanted === null ? delivered : [...wanted.keys(), ...delivered.filter((name) => !wanted.has(name))]
  return names.map((name) => {
    const isProperty = name.startsWith(PROPERTY)
    const [own, theirs] = [wanted?.get(name), current?.get(name)]
    return {
      name: isProperty ? name.slice(PROPERTY.length) : name,
      isProperty,
      wanted: textOf(own),
      current: textOf(theirs),
      state: stateOf(name, own, theirs),
    }
  })

  function stateOf(name: FieldName, own: unknown, theirs: unknown): LiveField['state'] {
    if (leftOut.includes(name)) return 'left_out'
    if (wanted === null || current === null) return 'unknown'
    if (own === undefined) return theirs === undefined ? 'same' : 'to_clear'
    if (theirs === undefined) return 'missing'
    return textOf(own) === textOf(theirs) ? 'same' : 'differs'
  }
}

function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Returns the values of a profile by the names of their fields. */
export function fieldValuesOf({ location = {}, properties, ...attributes }: Profile): Map<FieldName, unknown> {
  const named = (prefix: string, values: object) =>
    Object.entries(values).map(([name, value]): [FieldName, unknown] => [prefix + name, value])
  return new Map([...named('', attributes), ...named(LOCATION, location), ...named(PROPERTY, properties)])
}
