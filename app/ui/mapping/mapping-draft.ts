import { guessedMeaning, loyaltyNames } from '#app/core/loyalty/property-names.ts'
import { isUnusedDefault } from '#app/core/loyalty/recognise.ts'
import type { Mapping, StandardField } from '#app/core/profile/mapped-fields.ts'
import {
  type MappedField,
  type MappedValue,
  type Meaning,
  plainReading,
  sourceName,
  type ValueSource,
} from '#app/core/profile/mapped-values.ts'
import { LONGEST_NAME } from '#app/core/profile/mapping-faults.ts'
import type { LoyaltyLook } from '#app/core/report/loyalty-look.ts'

// The mapping while it is edited: each change returns a new mapping.

export function withStandard(mapping: Mapping, field: StandardField, change: Partial<MappedField>): Mapping {
  const { standard } = mapping
  return { ...mapping, standard: { ...standard, [field]: { ...standard[field], ...change } } }
}

export function withValue(mapping: Mapping, place: number, change: Partial<MappedValue>): Mapping {
  const values = mapping.values.map((row, at) => (at === place ? { ...row, ...change } : row))
  return { ...mapping, values }
}

/** Adds a value under a name that reads well, if its name in Shopify says what it is for the loyalty program. */
export function withSource(mapping: Mapping, source: ValueSource, look: LoyaltyLook): Mapping {
  const guess = source.kind === 'store_credit' ? 'store_credit' : guessedMeaning(lastWordsOf(source))
  const before = guess ? withoutUnused(mapping, guess, look) : mapping
  const meaning = guess && isFree(before, guess) ? guess : null
  const name = meaning ? loyaltyNames[meaning] : nameOf(source)
  const added: MappedValue = { on: true, name, source, reading: plainReading, meaning }
  return { ...before, values: [...before.values, added] }
}

export function without(mapping: Mapping, place: number): Mapping {
  return { ...mapping, values: mapping.values.filter((_, at) => at !== place) }
}

/** A value that was never saved takes the name that goes with the meaning, unless the merchant typed one. */
export function withMeaning(
  mapping: Mapping,
  row: MappedValue,
  { meaning, isSaved, look }: { meaning: Meaning | null; isSaved: boolean; look: LoyaltyLook },
): Mapping {
  const before = meaning && meaning !== row.meaning ? withoutUnused(mapping, meaning, look) : mapping
  const names = [nameOf(row.source), ...Object.values(loyaltyNames)]
  const renamed = meaning && !isSaved && names.includes(row.name) && isFree(before, meaning)
  const changed = { ...row, meaning, ...(renamed && { name: loyaltyNames[meaning] }) }
  return { ...before, values: before.values.map((one) => (one === row ? changed : one)) }
}

/** A name that another app writes by itself is used, or no longer. */
export function withInsisted(mapping: Mapping, name: string, isUsed: boolean): Mapping {
  const others = mapping.insisted.filter((other) => other !== name)
  return { ...mapping, insisted: isUsed ? [...others, name] : others }
}

export function isMapped({ values }: Mapping, source: ValueSource): boolean {
  return values.some((row) => sourceName(row.source) === sourceName(source))
}

/** Without the row that every shop begins with, if it has the meaning and no customer has its value: another one takes its place. */
function withoutUnused(mapping: Mapping, meaning: Meaning, look: LoyaltyLook): Mapping {
  if (look.kind !== 'looked') return mapping
  const isReplaced = (row: MappedValue) => row.meaning === meaning && isUnusedDefault(row, look.fields)
  return { ...mapping, values: mapping.values.filter((row) => !isReplaced(row)) }
}

/** Whether neither the meaning nor its name is used. */
function isFree({ values }: Mapping, meaning: Meaning): boolean {
  return !values.some((row) => row.meaning === meaning || row.name === loyaltyNames[meaning])
}

/** A name that is valid in Klaviyo: `loyalty_points`, `mage_loyalty_vip_tier`, `Rivo Membership Tier`. */
function nameOf(source: ValueSource): string {
  return wholeNameOf(source).replace(/^\$+/, '').slice(0, LONGEST_NAME)
}

function wholeNameOf(source: ValueSource): string {
  if (source.kind === 'store_credit') return loyaltyNames.store_credit
  if (source.kind === 'metafield') return [source.namespace, source.key, ...source.path].join('_')
  return source.prefix.replace(/[\s:#=_/|-]+$/, '') || source.prefix
}

/** The last words of a value's name in Shopify: of `tiers[0].name` both, since `name` alone says nothing. */
function lastWordsOf(source: Exclude<ValueSource, { kind: 'store_credit' }>): string {
  if (source.kind === 'tag') return source.prefix
  return [source.key, ...source.path.filter((step) => typeof step === 'string')].slice(-2).join(' ')
}
