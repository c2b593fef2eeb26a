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

/** Those whose name, namespace and key, or type hold all words of the search. */
export function foundBy<Field extends MetafieldDefinition>(
  search: string,
  fields: readonly Field[],
  typeWords: (type: string) => string,
): Field[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean)
  return fields.filter((field) => {
    const { name, type } = field
    const text = `${name} ${metafieldName(field)} ${type} ${typeWords(type)}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}
