import { defaultMapping, type Mapping } from '../profile/mapped-fields.ts'
import {
  type MappedValue,
  metafieldName,
  readsTheSame,
  sourceName,
  type ValueSource,
} from '../profile/mapped-values.ts'
import { readValue, restOfTag, type ValueRead } from '../profile/read-value.ts'
import type { FoundApp, LoyaltyLook, SeenField } from '../report/loyalty-look.ts'
import type { MetafieldDefinition } from '../report/mapping-view.ts'
import { presetIds } from './preset-ids.ts'
import { type Preset, type PresetPlace, presets, type Spot } from './presets.ts'
import { pathOccurs, type SampledCustomer, seenFields, shortened, tagPrefixes } from './seen-fields.ts'

/** What occurs in a shop. */
interface Evidence {
  readonly fields: readonly SeenField[]
  readonly sample: readonly SampledCustomer[]
}

/** Returns which loyalty apps the shop uses, by the places where they keep their values, and all else that could be mapped. */
export function recognise(
  definitions: readonly MetafieldDefinition[],
  sample: readonly SampledCustomer[],
  mapping: Mapping,
): Extract<LoyaltyLook, { kind: 'looked' }> {
  const fields = seenFields(definitions, sample)
  const found = presets.flatMap((preset) => foundApp(preset, { fields, sample }, mapping) ?? [])
  const certainty = ({ customers, app }: Found) => customers * 100 + app.rows.length
  found.sort((one, other) => certainty(other) - certainty(one) || orderOf(one) - orderOf(other))
  return { kind: 'looked', apps: found.map(({ app }) => app), fields, tagPrefixes: tagPrefixes(sample) }
}

interface Found {
  readonly app: FoundApp
  /** How many customers of the sample have a value of the app. */
  readonly customers: number
}

function orderOf({ app }: Found): number {
  return presetIds.indexOf(app.id)
}

function foundApp({ id, name, places }: Preset, evidence: Evidence, mapping: Mapping): Found | null {
  const { fields } = evidence
  const spots = places.map((place) => ({ place, spots: place.at.map((spot) => spotSeen(spot, evidence)) }))
  if (!spots.some(({ place, spots }) => place.proves !== false && spots.some((seen) => seen !== null))) return null
  const rows: MappedValue[] = []
  const unreadable = new Map<string, SeenField>()
  for (const { place, spots: seen } of spots) {
    for (const spot of seen) if (spot?.field?.readable === false) unreadable.set(metafieldName(spot.field), spot.field)
    const usable = seen.find((spot) => spot?.source)?.source
    const source = usable ?? (seen.some((spot) => spot !== null) ? null : documentedSource(place, evidence))
    if (source) rows.push(rowOf(place, source, { fields, mapping }))
  }
  const values = evidence.sample.map((customer) => ({ customer: customer.label, values: shownValues(customer, rows) }))
  const withValues = values.filter(({ values }) => values.some((value) => value !== null))
  const app: FoundApp = {
    id,
    name,
    rows,
    samples: withValues.sort((one, other) => count(other.values) - count(one.values)).slice(0, 3),
    unreadable: [...unreadable.values()].map(({ namespace, key }) => ({ namespace, key })),
    unused: defaultMapping.values.filter((row) => isUnusedDefault(row, fields)).map(({ source }) => sourceName(source)),
    isMapped: rows.length > 0 && rows.every((row) => mapping.values.some((known) => isSameSource(known, row))),
  }
  return { app, customers: withValues.length }
}

function count(values: readonly (string | null)[]): number {
  return values.filter((value) => value !== null).length
}

interface SeenSpot {
  /** Null for a tag. */
  readonly field: SeenField | null
  /** Null if the field may not be read, or has nothing at the path. */
  readonly source: ValueSource | null
}

/** Returns what of the shop is at this spot; null if it does not occur. */
function spotSeen(spot: Spot, { fields, sample }: Evidence): SeenSpot | null {
  if (spot.kind === 'tag') {
    const occurs = sample.some(({ tags }) => tags.some((tag) => restOfTag(tag, spot.prefix) !== null))
    return occurs ? { field: null, source: { kind: 'tag', prefix: spot.prefix } } : null
  }
  const field = fieldsAt(spot, fields).sort(newestFirst(sample))[0]
  if (!field) return null
  if (!field.readable) return { field, source: null }
  const path = spot.kind === 'metafield' ? spot.path : []
  const occurs = path.length === 0 || (spot.kind === 'metafield' && spot.documented) || pathOccurs(sample, field, path)
  const { namespace, key, type } = field
  return { field, source: occurs ? { kind: 'metafield', namespace, key, type, path } : null }
}

function fieldsAt(spot: Exclude<Spot, { kind: 'tag' }>, fields: readonly SeenField[]): SeenField[] {
  switch (spot.kind) {
    case 'metafield':
      return fields.filter(({ namespace, key }) => key === spot.key && isNamespace(namespace, spot.namespace))
    case 'defined':
      return fields.filter(({ name }) => name?.trim().toLowerCase() === spot.name.toLowerCase())
    case 'owned':
      return fields.filter(({ namespace, key, name }) => {
        const isBeside = spot.beside.every((key) =>
          fields.some((one) => one.namespace === namespace && one.key === key),
        )
        return key === spot.key && (isBeside || spot.owner.test(namespace) || spot.owner.test(name ?? ''))
      })
  }
}

function isNamespace(namespace: string, published: string): boolean {
  return namespace === published || namespace.replace(/^app--\d+--/, '') === published
}

/** An app that has moved its fields may have left the old ones: those that were written last are in use. */
function newestFirst(sample: readonly SampledCustomer[]): (one: SeenField, other: SeenField) => number {
  const writtenAt = (field: SeenField) =>
    sample
      .flatMap(({ metafields }) => metafields.filter((one) => metafieldName(one) === metafieldName(field)))
      .reduce((last, { updatedAt }) => (updatedAt > last ? updatedAt : last), '')
  return (one, other) => Number(other.readable) - Number(one.readable) || writtenAt(other).localeCompare(writtenAt(one))
}

/** Returns where the app is documented to keep a value that no customer of the sample has; null if that is not known. */
function documentedSource({ at }: PresetPlace, { fields }: Evidence): ValueSource | null {
  const spot = at.find((spot) => spot.kind === 'metafield' && spot.documented)
  if (spot?.kind !== 'metafield') return null
  const inUse = fields.find(({ namespace }) => isNamespace(namespace, spot.namespace))?.namespace ?? spot.namespace
  return { kind: 'metafield', namespace: inUse, key: spot.key, type: spot.type, path: spot.path }
}

/** A row for which the merchant has a name keeps it, and its reading if it is of the same place: its values may have names by now. */
function rowOf(
  { property, reading, meaning }: PresetPlace,
  source: ValueSource,
  { fields, mapping }: { fields: readonly SeenField[]; mapping: Mapping },
): MappedValue {
  const row: MappedValue = { on: true, name: property, source, reading, meaning }
  const known = mapping.values.filter((one) => one.on && !isUnusedDefault(one, fields))
  const same = known.find((one) => isSameSource(one, row))
  if (same) return { ...row, name: same.name, reading: same.reading }
  return { ...row, name: known.find((one) => meaning !== null && one.meaning === meaning)?.name ?? property }
}

export function isUnusedDefault(row: MappedValue, fields: readonly SeenField[]): boolean {
  const hasValues = (field: SeenField) => field.customers > 0 && metafieldName(field) === sourceName(row.source)
  return isDefaultRow(row) && !fields.some(hasValues)
}

/** Whether a row is one of those that every shop begins with, unchanged. */
export function isDefaultRow(row: MappedValue): boolean {
  return defaultMapping.values.some((one) => one.name === row.name && readsTheSame(one, row))
}

export function isSameSource(one: Pick<MappedValue, 'source'>, other: Pick<MappedValue, 'source'>): boolean {
  return sourceName(one.source) === sourceName(other.source)
}

function shownValues(customer: SampledCustomer, rows: readonly MappedValue[]): (string | null)[] {
  const metafields = Object.fromEntries(customer.metafields.map((metafield) => [metafieldName(metafield), metafield]))
  return rows.map((row) => shown(readValue({ tags: customer.tags, metafields }, row)))
}

function shown(read: ValueRead): string | null {
  if (read.kind !== 'value') return null
  const text = Array.isArray(read.value) ? read.value.join(', ') : String(read.value)
  return shortened(read.currency === null ? text : `${text} ${read.currency}`)
}
