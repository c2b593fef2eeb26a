import { type MetafieldKey, metafieldName, type ValuePath } from '../profile/mapped-values.ts'
import { parseExactly } from '../profile/metafield-value.ts'
import type { SeenField } from '../report/loyalty-look.ts'
import type { MetafieldDefinition } from '../report/mapping-view.ts'

/** A recently changed customer, read to see which metafields and tags occur in the shop. */
export interface SampledCustomer {
  /** A name or an address, to be shown to the merchant. */
  readonly label: string
  readonly tags: readonly string[]
  readonly metafields: readonly SampledMetafield[]
}

export interface SampledMetafield extends MetafieldKey {
  readonly type: string
  readonly value: string
  /** ISO 8601. */
  readonly updatedAt: string
}

const MOST_VALUES = 10
const LONGEST_SHOWN = 120
/** Characters of JSON that are shown of all metafields together: one value alone may have 128 KB. */
const MOST_JSON = 300_000

/** Returns every metafield that is defined, or that a customer of the sample has, by name. */
export function seenFields(
  definitions: readonly MetafieldDefinition[],
  sample: readonly SampledCustomer[],
): SeenField[] {
  const defined = new Map(definitions.map((definition) => [metafieldName(definition), definition]))
  const found = Map.groupBy(
    sample.flatMap(({ metafields }) => metafields),
    metafieldName,
  )
  let jsonLeft = MOST_JSON
  return [...new Set([...defined.keys(), ...found.keys()])].sort().map((name) => {
    const definition = defined.get(name) ?? null
    const occurs = found.get(name) ?? []
    const { namespace, key } = (definition ?? occurs[0]) as MetafieldKey
    const type = occurs[0]?.type ?? definition?.type ?? ''
    const values = type === 'json' ? jsonOf(occurs, jsonLeft) : textsOf(occurs)
    if (type === 'json') jsonLeft -= values[0]?.length ?? 0
    return {
      namespace,
      key,
      type,
      name: definition?.name ?? null,
      // One that is not readable is left out by Shopify.
      readable: definition?.readable ?? true,
      customers: occurs.length,
      values,
    }
  })
}

function textsOf(metafields: readonly SampledMetafield[]): string[] {
  return [...new Set(metafields.map(({ value }) => shortened(value)))].slice(0, MOST_VALUES)
}

/** Returns the JSON of the customer with the most in it, so that every path can be chosen. */
function jsonOf(metafields: readonly SampledMetafield[], most: number): string[] {
  const fitting = metafields.map(({ value }) => value).filter(({ length }) => length <= most)
  return fitting.sort((one, other) => other.length - one.length).slice(0, 1)
}

/** Returns a text of at most 120 characters. */
export function shortened(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN - 1).toWellFormed()}…` : text
}

/** Whether a JSON metafield of the sample has something at the path. */
export function pathOccurs(sample: readonly SampledCustomer[], key: MetafieldKey, path: ValuePath): boolean {
  return sample.some(({ metafields }) =>
    metafields.some((metafield) => metafieldName(metafield) === metafieldName(key) && hasPath(metafield.value, path)),
  )
}

function hasPath(json: string, path: ValuePath): boolean {
  let part = parseExactly(json)
  for (const step of path) {
    if (typeof part !== 'object' || part === null || !Object.hasOwn(part, step)) return false
    part = (part as Record<string | number, unknown>)[step]
  }
  return true
}

/** A beginning up to the first separator, and the rest: `vip:` and `Gold`. */
const PREFIXED = /^(.{1,100}?(?::\s*|[#=|/]))(.+)$/u

/** Returns the beginnings of tags that several customers have with different endings. */
export function tagPrefixes(sample: readonly SampledCustomer[]): { prefix: string; endings: string[] }[] {
  const found = sample.flatMap(({ tags }, customer) =>
    tags.flatMap((tag) => {
      const [, prefix, ending] = PREFIXED.exec(tag) ?? []
      return prefix && ending ? { prefix, ending, customer } : []
    }),
  )
  return [...Map.groupBy(found, ({ prefix }) => prefix)]
    .map(([prefix, tags]) => ({
      prefix,
      endings: [...new Set(tags.map(({ ending }) => shortened(ending)))].sort().slice(0, MOST_VALUES),
      customers: new Set(tags.map(({ customer }) => customer)).size,
    }))
    .filter(({ endings, customers }) => endings.length > 1 && customers > 1)
    .map(({ prefix, endings }) => ({ prefix, endings }))
    .sort((one, other) => (one.prefix < other.prefix ? -1 : 1))
}
