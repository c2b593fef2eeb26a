import type { Mapping, StandardField } from '#app/core/profile/mapped-fields.ts'
import { type MappedField, type MappedValue, metafieldName, plainReading } from '#app/core/profile/mapped-values.ts'
import { LONGEST_NAME } from '#app/core/profile/mapping-faults.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'

// The mapping while it is edited: each change returns a new mapping.

export function withStandard(mapping: Mapping, field: StandardField, change: Partial<MappedField>): Mapping {
  const { standard } = mapping
  return { ...mapping, standard: { ...standard, [field]: { ...standard[field], ...change } } }
}

export function withValue(mapping: Mapping, place: number, change: Partial<MappedValue>): Mapping {
  const values = mapping.values.map((row, at) => (at === place ? { ...row, ...change } : row))
  return { ...mapping, values }
}

export function withAdded(mapping: Mapping, added: MappedValue): Mapping {
  return { ...mapping, values: [...mapping.values, added] }
}

export function without(mapping: Mapping, place: number): Mapping {
  return { ...mapping, values: mapping.values.filter((_, at) => at !== place) }
}

/** Whether the whole metafield is in a row. */
export function isMapped({ values }: Mapping, key: { namespace: string; key: string }): boolean {
  return values.some(
    ({ source }) =>
      source.kind === 'metafield' && source.path.length === 0 && metafieldName(source) === metafieldName(key),
  )
}

/** A definition as a row, under a name that is valid in Klaviyo, too: `loyalty_points`. */
export function rowOf({ namespace, key, type }: MetafieldDefinition): MappedValue {
  const name = `${namespace}_${key}`.replace(/^\$+/, '').slice(0, LONGEST_NAME)
  const source = { kind: 'metafield', namespace, key, type, path: [] } as const
  return { on: true, name, source, reading: plainReading, meaning: null }
}

/** Those whose name, namespace and key, or type hold all words of the search. */
export function foundBy(
  search: string,
  definitions: readonly MetafieldDefinition[],
  typeWords: (type: string) => string,
): MetafieldDefinition[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return definitions.filter((definition) => {
    const { name, type } = definition
    const text = `${name} ${metafieldName(definition)} ${type} ${typeWords(type)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
