import type { FieldChange, PreviewField } from '../report/mapping-view.ts'
import { type FieldName, LOCATION, PROPERTY } from './field-names.ts'
import type { Profile, PropertyValue } from './profile.ts'

/** A profile as it was last delivered. */
export interface Delivered {
  /** The names of its fields; empty if it never was delivered. */
  readonly fields: readonly FieldName[]
  /** The profile itself, if its hash proves that it is this one; null if its values are unknown. */
  readonly profile: Profile | null
}

/**
 * Returns a profile field by field, beside what was delivered; after them, fields that would no longer be sent, and would be cleared or
 * kept.
 */
export function comparedFields(
  profile: Profile,
  delivered: Delivered,
  clearable: (delivered: readonly FieldName[]) => readonly FieldName[],
): PreviewField[] {
  const now = valuesOf(profile)
  const before = delivered.profile && valuesOf(delivered.profile)
  const sent = [...now].map(([name, value]) => previewField(name, value, changeOf(name, value)))
  const cleared = new Set(clearable(delivered.fields))
  const gone = delivered.fields.filter((name) => !now.has(name))
  return [...sent, ...gone.map((name) => previewField(name, null, cleared.has(name) ? 'cleared' : 'kept'))]

  function changeOf(name: FieldName, value: PropertyValue): FieldChange {
    if (!delivered.fields.includes(name)) return 'new'
    if (!before) return 'sent_before'
    return JSON.stringify(before.get(name)) === JSON.stringify(value) ? 'unchanged' : 'changed'
  }
}

function previewField(field: FieldName, value: PropertyValue | null, change: FieldChange): PreviewField {
  const isProperty = field.startsWith(PROPERTY)
  return { name: isProperty ? field.slice(PROPERTY.length) : field, isProperty, value, change }
}

function valuesOf({ location = {}, properties, ...attributes }: Profile): Map<FieldName, PropertyValue> {
  const named = (prefix: string, values: object) =>
    Object.entries(values).map(([name, value]): [FieldName, PropertyValue] => [prefix + name, value])
  return new Map([...named('', attributes), ...named(LOCATION, location), ...named(PROPERTY, properties)])
}
