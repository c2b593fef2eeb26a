import { currencyName, type MappedMetafield, type Mapping, metafieldName, standardFields } from './mapped-fields.ts'
import { OWNER_PROPERTY } from './profile.ts'

export const LONGEST_NAME = 255
/** Each costs a point of Shopify's allowance for every customer read; with so many, a read still takes a dozen customers. */
export const MOST_METAFIELDS = 50

export type NameFault =
  | 'empty'
  | 'too_long'
  /** Line breaks, tabs, or half a character. */
  | 'unprintable'
  /** Klaviyo's own, or kept by Klaviyo for itself. */
  | 'reserved'
  /** Another field is sent under the same name. */
  | 'twice'
  /** The metafield itself stands in another row. */
  | 'mapped_twice'

/** What is wrong with a mapping, row by row. */
export interface MappingFaults {
  /** By the row's key (rowKey): what keeps it from being saved. */
  readonly rows: ReadonlyMap<string, NameFault>
  readonly tooMany: boolean
}

// https://developers.klaviyo.com/en/reference/create_or_update_profile: a property of such a name would pass for the attribute.
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
  // No name of Klaviyo's, but in many a program that reads properties it is no name like any other.
  '__proto__',
])

export function mappingFaults(mapping: Mapping): MappingFaults {
  const rows = rowsOf(mapping)
  const sent = rows.filter(({ on }) => on).flatMap(({ names }) => names)
  const keys = rows.map(({ key }) => key)
  const faults = new Map<string, NameFault>()
  for (const { key, name, on, names } of rows) {
    const isTwice = on && names.some((name) => isRepeated(name, sent))
    const fault = isRepeated(key, keys) ? 'mapped_twice' : (nameFault(name) ?? (isTwice ? 'twice' : null))
    if (fault) faults.set(key, fault)
  }
  return { rows: faults, tooMany: mapping.metafields.length > MOST_METAFIELDS }
}

export function isFaulty({ rows, tooMany }: MappingFaults): boolean {
  return rows.size > 0 || tooMany
}

/** A row of the table: a standard field by its own name, a metafield as Shopify writes it. */
export function rowKey(row: string | Pick<MappedMetafield, 'namespace' | 'key'>): string {
  return typeof row === 'string' ? row : metafieldName(row)
}

function rowsOf({ standard, metafields }: Mapping) {
  return [
    ...standardFields.map((field) => ({ key: rowKey(field), ...standard[field], isMoney: field === 'amountSpent' })),
    ...metafields.map((field) => ({
      key: rowKey(field),
      on: field.on,
      name: field.name,
      isMoney: field.type === 'money',
    })),
  ].map(({ isMoney, ...row }) => {
    const name = row.name.trim() // blanks around it are not saved
    return { ...row, name, names: isMoney ? [name, currencyName(name)] : [name] }
  })
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
