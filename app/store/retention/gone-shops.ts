import { execute, rowsOf, type Sql, sql, transaction } from '../database.ts'
import { TABLES_OF_A_SHOP } from '../shops.ts'
import type { Batch } from './retention-rule.ts'

/** Tables that are emptied only together with the shop's own row. */
const LAST = ['tombstone'] as const

/**
 * Deletes up to `limit` rows of one shop that was uninstalled before an instant, its own row last. The shop's row is locked meanwhile, so
 * that a reinstallation either comes first, and nothing is deleted, or waits, and finds a new shop.
 */
export async function eraseGoneShop({ before, limit }: Batch): Promise<number> {
  return transaction(async (on) => {
    const [gone] = await rowsOf<{ domain: string }>(
      sql`select domain from shop where uninstalled_at < ${before} order by uninstalled_at limit 1 for update skip locked`,
      on,
    )
    if (!gone) return 0
    // If the shop is reinstalled halfway, the remaining rows must not count as all that was delivered: it is then filled like a new shop.
    await execute(
      sql`update shop set recorded_account = null, filled_at = null
          where domain = ${gone.domain} and (recorded_account is not null or filled_at is not null)`,
      on,
    )
    let remaining = limit
    for (const table of TABLES_OF_A_SHOP.filter((name) => !LAST.some((last) => last === name))) {
      remaining -= await deleteSome(gone.domain, table, remaining, on)
      if (remaining === 0) return limit
    }
    // While the shop exists, an erased customer stays erased: these tables are emptied together with the shop's own row.
    for (const table of LAST) await execute({ text: `delete from ${table} where shop = $1`, values: [gone.domain] }, on)
    await execute(sql`delete from shop where domain = ${gone.domain}`, on)
    return limit // there may be another shop
  })
}

async function deleteSome(shop: string, table: string, limit: number, on: Sql): Promise<number> {
  const text = `delete from ${table} where ctid = any (array(select ctid from ${table} where shop = $1 limit $2))`
  return execute({ text, values: [shop, limit] }, on)
}

/**
 * Finds rows of shops that have no row themselves, because they were written while the shop was being erased. Such a shop gets a row that
 * says it was uninstalled long ago, so that its rows are deleted like those of every uninstalled shop. Returns how many shops were found.
 */
export async function adoptOrphans(): Promise<number> {
  let found = 0
  for (const table of TABLES_OF_A_SHOP.filter((name) => name !== '"Session"')) {
    // Goes from one shop to the next by the index, however many rows each has.
    found += await execute({
      text: `
        with recursive named as (
          (select min(shop) as shop from ${table})
          union all select (select min(t.shop) from ${table} t where t.shop > named.shop) from named where named.shop is not null)
        insert into shop (domain, installed_at, uninstalled_at)
        select shop, 'epoch', 'epoch' from named
        where shop is not null and not exists (select 1 from shop where domain = named.shop)
        on conflict do nothing`,
      values: [],
    })
  }
  return found
}
