import { metafieldName } from '#app/core/profile/mapped-values.ts'
import type { LoyaltyLook } from '#app/core/report/loyalty-look.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'

/** A metafield that can be added. */
export interface OfferedField extends MetafieldDefinition {
  /** Values that customers have: for JSON, the whole text of one customer. */
  readonly values: readonly string[]
}

/** Returns every metafield that is defined or was seen, those that customers have first; null if Shopify answered neither question. */
export function offeredFields(
  definitions: readonly MetafieldDefinition[] | null,
  look: LoyaltyLook,
): OfferedField[] | null {
  if (definitions === null && look.kind === 'unavailable') return null
  const seen = look.kind === 'looked' ? look.fields : []
  const seenByName = new Map(seen.map((field) => [metafieldName(field), field]))
  const defined = (definitions ?? []).map((definition) => ({
    ...definition,
    values: seenByName.get(metafieldName(definition))?.values ?? [],
  }))
  const names = new Set(defined.map(metafieldName))
  const others = seen
    .filter((field) => !names.has(metafieldName(field)))
    .map(({ namespace, key, type, name, readable, values }) => {
      return { namespace, key, type, name: name ?? metafieldName({ namespace, key }), readable, values }
    })
  const all = [...others, ...defined]
  return [...all.filter(({ values }) => values.length > 0), ...all.filter(({ values }) => values.length === 0)]
}

/** A field with all that it can be found by. */
export interface SearchableField<Field extends MetafieldDefinition> {
  readonly field: Field
  readonly text: string
}

/** Fields with their name, namespace and key, and type as text. The words of each type are asked for once: there may be a thousand fields. */
export function searchable<Field extends MetafieldDefinition>(
  fields: readonly Field[],
  typeWords: (type: string) => string,
): SearchableField<Field>[] {
  const known = new Map(fields.map(({ type }) => [type, '']))
  for (const type of known.keys()) known.set(type, typeWords(type))
  return fields.map((field) => {
    const { name, type } = field
    return { field, text: `${name} ${metafieldName(field)} ${type} ${known.get(type)}`.toLowerCase() }
  })
}

/** Those that hold all words of the search. */
export function foundBy<Field extends MetafieldDefinition>(
  search: string,
  fields: readonly SearchableField<Field>[],
): Field[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return fields.filter(({ text }) => words.every((word) => text.includes(word))).map(({ field }) => field)
}
