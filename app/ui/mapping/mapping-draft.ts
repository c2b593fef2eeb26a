import {
  type MappedField,
  type MappedMetafield,
  type Mapping,
  metafieldName,
  type StandardField,
} from '#app/core/profile/mapped-fields.ts'
import { LONGEST_NAME } from '#app/core/profile/mapping-faults.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'

// The mapping while it is edited: each change returns a new mapping.

export function withStandard(mapping: Mapping, field: StandardField, change: Partial<MappedField>): Mapping {
  const { standard } = mapping
  return { ...mapping, standard: { ...standard, [field]: { ...standard[field], ...change } } }
}

export function withMetafield(mapping: Mapping, place: number, change: Partial<MappedField>): Mapping {
  const metafields = mapping.metafields.map((row, at) => (at === place ? { ...row, ...change } : row))
  return { ...mapping, metafields }
}

export function withAdded(mapping: Mapping, added: MappedMetafield): Mapping {
  return { ...mapping, metafields: [...mapping.metafields, added] }
}

export function without(mapping: Mapping, place: number): Mapping {
  return { ...mapping, metafields: mapping.metafields.filter((_, at) => at !== place) }
}

export function isMapped({ metafields }: Mapping, key: { namespace: string; key: string }): boolean {
  return metafields.some((row) => metafieldName(row) === metafieldName(key))
}

/** A definition as a row, under a name that is valid in Klaviyo, too: `loyalty_points`. */
export function rowOf({ namespace, key, type }: MetafieldDefinition): MappedMetafield {
  const name = `${namespace}_${key}`.replace(/^\$+/, '').slice(0, LONGEST_NAME)
  return { namespace, key, type, name, on: true }
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
