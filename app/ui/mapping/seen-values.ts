import { type MappedValue, type Meaning, metafieldName, type ValueSource } from '#app/core/profile/mapped-values.ts'
import type { LoyaltyLook } from '#app/core/report/loyalty-look.ts'

const MOST = 20
/** A longer one may have been shortened, and would not be recognised. */
const LONGEST = 60

/** Returns values that customers have at a row's source, for the merchant to name; none where names make no sense. */
export function seenValues({ source, reading: { as }, meaning }: MappedValue, look: LoyaltyLook): string[] {
  if (look.kind !== 'looked' || !(as === null || as === 'text') || !(meaning === null || named.has(meaning))) return []
  const values = valuesAt(source, look).map((value) => value.trim())
  return [...new Set(values)].filter((value) => value !== '' && value.length <= LONGEST).slice(0, MOST)
}

/** Meanings whose values may be ids. */
const named: ReadonlySet<Meaning> = new Set(['tier', 'status'])

function valuesAt(source: ValueSource, { fields, tagPrefixes }: Extract<LoyaltyLook, { kind: 'looked' }>): string[] {
  if (source.kind === 'store_credit') return []
  if (source.kind === 'tag')
    return tagPrefixes.flatMap(({ prefix, endings }) => (prefix === source.prefix ? endings : []))
  const seen = fields.filter((field) => metafieldName(field) === metafieldName(source))
  if (source.path.length === 0) return seen.flatMap(({ type, values }) => (type === 'json' ? [] : values))
  return seen.flatMap(({ values }) => values.flatMap((json) => partOf(json, source.path) ?? []))
}

/** The simple value at a path, as text; null if there is none. */
function partOf(json: string, path: readonly (string | number)[]): string | null {
  try {
    const part = path.reduce<unknown>(
      (value, step) => (isGroup(value) && Object.hasOwn(value, step) ? value[step] : undefined),
      JSON.parse(json),
    )
    return part === undefined || part === null || isGroup(part) ? null : String(part)
  } catch {
    return null
  }
}

function isGroup(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null
}
