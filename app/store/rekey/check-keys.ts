import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf } from '../database.ts'
import { keyIdOf, unseal } from '../sealing.ts'
import type { SealedValue } from './sealed-column.ts'
import { sealedColumns } from './sealed-columns.ts'

type Sampled = SealedValue & { readonly shop: ShopDomain }

/**
 * Returns the tables with values that no key of this process opens. A few values of each key are tried, in the tables that are small: a
 * single one may be damaged.
 */
export async function listUnopenedTables(): Promise<string[]> {
  const tables = new Set<string>()
  for (const { table, place, sample } of sealedColumns) {
    if (!sample) continue
    const opened = new Map<string | null, boolean>()
    for (const { shop, key, sealed } of await rowsOf<Sampled>(sample(), autocommit)) {
      const id = keyIdOf(sealed)
      opened.set(id, (opened.get(id) ?? false) || opens(sealed, place(shop, key)))
    }
    if ([...opened.values()].includes(false)) tables.add(table)
  }
  return [...tables]
}

function opens(sealed: string, place: string): boolean {
  try {
    unseal(sealed, place)
    return true
  } catch {
    return false
  }
}
