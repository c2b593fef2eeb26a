import { writersOf } from '../loyalty/foreign-names.ts'
import { computedFields, currencyName, type Mapping, standardFields } from './mapped-fields.ts'
import { type MappedValue, sourceName } from './mapped-values.ts'
import { OWNER_PROPERTY } from './profile.ts'

export const LONGEST_NAME = 255
/** Each metafield costs a point of Shopify's allowance for every customer read; with this many, one read still returns a dozen customers. */
export const MAX_VALUES = 50

export type NameFault =
  | 'empty'
  | 'too_long'
  /** Line breaks, tabs, or an unpaired surrogate. */
  | 'unprintable'
  /** Klaviyo's own attribute, or reserved by Klaviyo. */
  | 'reserved'
  /** Another field is sent under the same name. */
  | 'twice'
  /** The same value is in another row. */
  | 'mapped_twice'
  /** Another row is the customer's points, tier and so on as well. */
  | 'meaning_twice'
  /** Another app writes this property by itself (writersOf), and the merchant has not insisted on the name. */
  | 'foreign'

/** The faults of a mapping, row by row. */
export interface MappingFaults {
  /** By the row's key (rowKey): why the row cannot be saved. */
  readonly rows: ReadonlyMap<string, NameFault>
  readonly tooMany: boolean
}

// https://developers.klaviyo.com/en/reference/create_or_update_profile: a property of such a name would be taken for the attribute.
const RESERVED = new Set([
  'id',
  'email',
  'phone_number',
  'external_id',
  'anonymous_id',
  '_kx',
  'first_name',
  'last_name',
  'organization',
  'locale',
  'title',
  'image',
  'location',
  'properties',
  'subscriptions',
  'predictive_analytics',
  'created',
  'updated',
  'last_event_date',
  OWNER_PROPERTY,
  // Not reserved by Klaviyo, but unsafe in many programs that read properties.
  '__proto__',
])

export function mappingFaults(mapping: Mapping): MappingFaults {
  const rows = rowsOf(mapping)
  const sent = rows.filter(({ on }) => on).flatMap(({ names }) => names)
  const keys = rows.map(({ key }) => key)
  const meanings = rows.flatMap(({ on, meaning }) => (on && meaning) || [])
  const faults = new Map<string, NameFault>()
  for (const { key, name, on, names, meaning } of rows) {
    const laterFault = () => {
      if (on && names.some((name) => isRepeated(name, sent))) return 'twice'
      if (on && meaning && isRepeated(meaning, meanings)) return 'meaning_twice'
      return on && writersOf(name).length > 0 && !mapping.insisted.includes(name) ? 'foreign' : null
    }
    const fault = isRepeated(key, keys) ? 'mapped_twice' : (nameFault(name) ?? laterFault())
    if (fault) faults.set(key, fault)
  }
  return { rows: faults, tooMany: mapping.values.length > MAX_VALUES }
}

export function isFaulty({ rows, tooMany }: MappingFaults): boolean {
  return rows.size > 0 || tooMany
}

/** Returns the key of a row of the table: the own name of a field of the customer or a computed one, or the source of a value. */
export function rowKey(row: string | Pick<MappedValue, 'source'>): string {
  return typeof row === 'string' ? row : sourceName(row.source)
}

function rowsOf({ standard, values, computed }: Mapping) {
  return [
    ...standardFields.map((field) => ({
      key: rowKey(field),
      ...standard[field],
      isMoney: field === 'amountSpent',
      meaning: null,
    })),
    ...computedFields.map((field) => ({ key: rowKey(field), ...computed[field], isMoney: false, meaning: null })),
    ...values.map((row) => ({
      key: rowKey(row),
      on: row.on,
      name: row.name,
      isMoney: mayBeMoney(row),
      meaning: row.meaning,
    })),
  ].map(({ isMoney, ...row }) => {
    const name = row.name.trim() // surrounding spaces are not saved
    return { ...row, name, names: isMoney ? [name, currencyName(name)] : [name] }
  })
}

/** Whether a currency may be sent in a property of its own. */
function mayBeMoney({ source, reading: { as } }: MappedValue): boolean {
  if (as !== null) return as === 'money'
  return source.kind === 'store_credit' || (source.kind === 'metafield' && source.type === 'money')
}

function nameFault(name: string): NameFault | null {
  if (name === '') return 'empty'
  if (name.length > LONGEST_NAME) return 'too_long'
  if (/[\p{Cc}\p{Cs}]/u.test(name)) return 'unprintable'
  return name.startsWith('$') || RESERVED.has(name.toLowerCase()) ? 'reserved' : null
}

function isRepeated(text: string, among: readonly string[]): boolean {
  return among.indexOf(text) !== among.lastIndexOf(text)
}
