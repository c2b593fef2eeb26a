import type { Customer } from '../profile/customer.ts'
import type { Mapping } from '../profile/mapped-fields.ts'
import { type MappedValue, metafieldName, sourceName } from '../profile/mapped-values.ts'
import { type Sharing, sentName } from '../profile/sharing.ts'
import type { SeenField } from '../report/loyalty-look.ts'

/**
 * A mapped metafield that is not to be taken for empty: Klaviyo keeps what it has until the metafield can be read again, or the merchant
 * changes the mapping.
 */
export interface HeldSource {
  /** By sourceName. */
  readonly source: string
  /** `unreadable`: its owner lets no other app read it. `vanished`: no customer who had it has it any more. */
  readonly reason: 'unreadable' | 'vanished'
  /** ISO 8601. */
  readonly since: string
}

/** What customers whose profile has a mapped metafield show of it now. */
export interface Remains {
  /** Of a few customers whose profile was sent the value. */
  readonly looked: number
  readonly having: number
}

/** With fewer customers than this, all of them may have lost the value for reasons of their own. */
const FEWEST_TO_VANISH = 5

/** Returns the mapping for which sources that are held give `unknown` instead of nothing, where they are blank or absent. */
export function withHeld(mapping: Mapping, held: readonly HeldSource[]): Mapping {
  const reserved = heldIn(mapping, held)
  if (reserved.length === 0) return mapping
  const isHeld = ({ source }: MappedValue) => reserved.some((one) => one.source === sourceName(source))
  const values = mapping.values.map((row) =>
    isHeld(row) ? { ...row, reading: { ...row.reading, blank: 'unknown' as const } } : row,
  )
  return { ...mapping, values }
}

/** Returns those of the held sources that are mapped. */
export function heldIn({ values }: Mapping, held: readonly HeldSource[]): HeldSource[] {
  const sent = values.flatMap(({ on, source }) => (on ? sourceName(source) : []))
  return held.filter(({ source }) => sent.includes(source))
}

/** Returns the mapping for which every mapped metafield is held. */
export function withAllHeld(mapping: Mapping): Mapping {
  const held = mapping.values.flatMap(({ source }) =>
    source.kind === 'metafield' ? { source: sourceName(source), reason: 'unreadable' as const, since: '' } : [],
  )
  return withHeld(mapping, held)
}

/** Whether one of these properties is to be cleared because the customer does not have a metafield that is mapped. */
export function losesMetafield(
  { metafields }: Pick<Customer, 'metafields'>,
  cleared: readonly string[],
  { mapping: { values }, sharing }: { mapping: Mapping; sharing: Sharing },
): boolean {
  return values.some(({ on, name, source }) => {
    const isAbsent = source.kind === 'metafield' && !Object.hasOwn(metafields, metafieldName(source))
    return on && isAbsent && cleared.includes(sentName(sharing, name))
  })
}

/** Returns the mapped metafields, by metafieldName, that no customer of a look's sample has although other apps may read them. */
export function absentFrom(fields: readonly SeenField[], { values }: Mapping): Map<string, MappedValue[]> {
  const seen = new Set(
    fields.filter(({ readable, customers }) => !readable || customers > 0).map((field) => metafieldName(field)),
  )
  const absent = new Map<string, MappedValue[]>()
  for (const row of values) {
    if (!row.on || row.source.kind !== 'metafield') continue
    const name = metafieldName(row.source)
    if (!seen.has(name)) absent.set(name, [...(absent.get(name) ?? []), row])
  }
  return absent
}

/**
 * Returns the sources that are held after a look. `remains` has, for each metafield that is absent from the sample, what was found on
 * customers whose profile has it.
 */
export function heldAfter(
  before: readonly HeldSource[],
  { values }: Mapping,
  look: { readonly fields: readonly SeenField[]; readonly remains: ReadonlyMap<string, Remains>; readonly now: Date },
): HeldSource[] {
  return values.flatMap(({ on, source }) => {
    if (!on || source.kind !== 'metafield') return []
    const name = sourceName(source)
    const known = before.find((one) => one.source === name)
    const reason = reasonFor(metafieldName(source), look, known?.reason ?? null)
    return reason ? { source: name, reason, since: known?.since ?? look.now.toISOString() } : []
  })
}

function reasonFor(
  name: string,
  { fields, remains }: { readonly fields: readonly SeenField[]; readonly remains: ReadonlyMap<string, Remains> },
  before: HeldSource['reason'] | null,
): HeldSource['reason'] | null {
  if (fields.some((field) => !field.readable && metafieldName(field) === name)) return 'unreadable'
  const left = remains.get(name)
  if (!left || left.having > 0) return null
  if (left.looked >= FEWEST_TO_VANISH) return 'vanished'
  return before === 'vanished' ? before : null
}
