import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql, transaction, WHOLE_SHOP } from '../database.ts'
import { seal, unseal } from '../sealing.ts'
import type { Replacement, SealedColumn, SealedValue } from './sealed-column.ts'
import { sealedColumns } from './sealed-columns.ts'

/** How many values are read and replaced at a time. */
const BATCH = 200
const SHOPS = 1_000

/** What became of the values of one column. */
export interface Rekeyed {
  readonly table: string
  readonly column: string
  /** Values that were sealed again with the first key. */
  readonly resealed: number
  /** Values that no key opens: they are left as they are. */
  readonly unopened: number
  /** Values of all shops that are not sealed by the first key, counted afterwards. */
  readonly remaining: number
}

/**
 * Seals again with the first key what other keys sealed, a batch of a shop at a time. A value that is written meanwhile stays as it was
 * written. It may be stopped anywhere: what is done is skipped the next time. `newest` is what values of the first key begin with.
 */
export async function rekey(newest: string, done: (rekeyed: Rekeyed) => void): Promise<void> {
  for (const column of sealedColumns) {
    let [resealed, unopened] = [0, 0]
    for await (const shop of shopsOf(column)) {
      const result = await rekeyShop(shop, column, newest)
      resealed += result.resealed
      unopened += result.unopened
    }
    const counting = column.countOthers(newest)
    const [counted] = await transaction((on) => rowsOf<{ rows: number }>(counting, on), WHOLE_SHOP)
    const remaining = counted?.rows ?? 0
    done({ table: column.table, column: column.column, resealed, unopened, remaining })
  }
}

async function* shopsOf({ shopsIn }: SealedColumn): AsyncGenerator<ShopDomain> {
  if (shopsIn === 'nowhere') return yield '' as ShopDomain // once, for no shop
  let after = ''
  for (;;) {
    const rows = await rowsOf<{ shop: ShopDomain }>(
      shopsIn === 'shop' ? shopsAfter(after) : withSessionAfter(after),
      autocommit,
    )
    for (const { shop } of rows) yield shop
    if (rows.length < SHOPS) return
    after = rows.at(-1)!.shop
  }
}

const shopsAfter = (after: string) =>
  sql`select domain as shop from shop where domain > ${after} order by domain limit ${SHOPS}`

const withSessionAfter = (after: string) =>
  sql`select distinct shop from "Session" where shop > ${after} order by shop limit ${SHOPS}`

async function rekeyShop(
  shop: ShopDomain,
  column: SealedColumn,
  newest: string,
): Promise<Pick<Rekeyed, 'resealed' | 'unopened'>> {
  let [resealed, unopened] = [0, 0]
  let after: string | null = null
  for (;;) {
    const listing = column.list(shop, { newest, after, limit: BATCH })
    const found: SealedValue[] = await transaction((on) => rowsOf<SealedValue & object>(listing, on), WHOLE_SHOP)
    const values = found.flatMap((value) => resealedOf(value, column.place(shop, value.key)) ?? [])
    unopened += found.length - values.length
    // A transaction of its own, because it is repeated after a deadlock with a turn that writes the same rows.
    if (values.length > 0) resealed += await transaction((on) => execute(column.replace(shop, values), on))
    if (found.length < BATCH) return { resealed, unopened }
    after = found.at(-1)!.key
  }
}

function resealedOf(value: SealedValue, place: string): Replacement | null {
  try {
    return { ...value, resealed: seal(unseal(value.sealed, place), place) }
  } catch {
    return null // counted, and left as it is
  }
}
