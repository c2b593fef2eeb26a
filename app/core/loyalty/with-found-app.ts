import type { Mapping } from '../profile/mapped-fields.ts'
import type { MappedValue } from '../profile/mapped-values.ts'
import { MAX_VALUES, mappingFaults, rowKey } from '../profile/mapping-faults.ts'
import type { FoundApp, SeenField } from '../report/loyalty-look.ts'
import { isSameSource, isUnusedDefault } from './recognise.ts'

/**
 * Returns the mapping with an app's rows in it. A row that is sent with the same meaning, or of the same place, is replaced, and its name
 * stays. `fields` are those of the look: with them, the rows that every shop begins with are removed if no customer has their values.
 */
export function withFoundApp(mapping: Mapping, app: FoundApp, fields: readonly SeenField[] | null = null): Mapping {
  const isUnused = (row: MappedValue) => fields !== null && isUnusedDefault(row, fields)
  const isReplaced = (row: MappedValue) =>
    app.rows.some((one) => isSameSource(one, row) || (row.on && one.meaning !== null && one.meaning === row.meaning))
  const kept = mapping.values.filter((row) => !isReplaced(row) && !isUnused(row))
  const sent = mapping.values.filter((one) => one.on && !isUnusedDefault(one, fields ?? []))
  const rows = app.rows.map((row) => {
    const same = sent.find((one) => isSameSource(one, row))
    if (same) return { ...row, name: same.name, reading: same.reading }
    const before = sent.find((one) => row.meaning !== null && one.meaning === row.meaning)
    return before ? { ...row, name: before.name } : row
  })
  const room = Math.max(0, MAX_VALUES - kept.length)
  return rows.slice(0, room).reduce(withRow, { ...mapping, values: kept })
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
