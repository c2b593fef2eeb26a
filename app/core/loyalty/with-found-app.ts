import { computedOff, computedOn, type Mapping } from '../profile/mapped-fields.ts'
import { type MappedValue, sourceName } from '../profile/mapped-values.ts'
import { MAX_VALUES, mappingFaults, rowKey } from '../profile/mapping-faults.ts'
import type { FoundApp } from '../report/loyalty-look.ts'
import { isDefaultRow, isSameSource } from './recognise.ts'

/**
 * Returns the mapping with an app's rows in it. A row that is sent with the same meaning, or of the same place, is replaced, and its name
 * stays. Rows that every shop begins with are removed if no customer has their values. The times of changes are sent as well, unless the
 * merchant has changed that choice.
 */
export function withFoundApp(mapping: Mapping, app: FoundApp): Mapping {
  const isUnused = (row: MappedValue) => isDefaultRow(row) && (app.unused ?? []).includes(sourceName(row.source))
  const isReplaced = (row: MappedValue) =>
    app.rows.some((one) => isSameSource(one, row) || (row.on && one.meaning !== null && one.meaning === row.meaning))
  const used = mapping.values.filter((row) => !isUnused(row))
  const kept = used.filter((row) => !isReplaced(row))
  const sent = used.filter(({ on }) => on)
  const rows = app.rows.map((row) => {
    const same = sent.find((one) => isSameSource(one, row))
    if (same) return { ...row, name: same.name, reading: same.reading }
    const before = sent.find((one) => row.meaning !== null && one.meaning === row.meaning)
    return before ? { ...row, name: before.name } : row
  })
  const room = Math.max(0, MAX_VALUES - kept.length)
  const isUnchosen = JSON.stringify(mapping.computed) === JSON.stringify(computedOff)
  const computed = isUnchosen ? computedOn : mapping.computed
  return rows.slice(0, room).reduce(withRow, { ...mapping, computed, values: kept })
}

/** Adds a row, under another name if its own is in use. */
function withRow(mapping: Mapping, row: MappedValue): Mapping {
  for (let number = 1; ; number++) {
    const named = number === 1 ? row : { ...row, name: `${row.name} ${number}` }
    const added = { ...mapping, values: [...mapping.values, named] }
    const fault = mappingFaults(added).rows.get(rowKey(row))
    if ((fault !== 'twice' && fault !== 'foreign') || number > MAX_VALUES) return added
  }
}
