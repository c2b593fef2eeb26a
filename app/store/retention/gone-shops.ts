import { execute, rowsOf, type Sql, sql, transaction } from '../database.ts'
import { TABLES_OF_A_SHOP } from '../shops.ts'
import type { Batch } from './retention-rule.ts'

/** Rows of these are looked after by a rule of their own (sessions come before their shop), or go with the shop's own row. */
const LAST = ['tombstone'] as const

/**
 * Erases up to `limit` rows of one shop that was uninstalled before an instant, its own row last. The shop's row is held meanwhile, so that a
 * reinstallation either comes first, and nothing is erased, or waits, and finds a shop that begins anew.
 */
export async function eraseGoneShop({ before, limit }: Batch): Promise<number> {
  return transaction(async (on) => {
    const [gone] = await rowsOf<{ domain: string }>(
      sql`select domain from shop where uninstalled_at < ${before} order by uninstalled_at limit 1 for update skip locked`,
      on,
    )
    if (!gone) return 0
    // Should the shop come back halfway, what is left must not count as all that was delivered: it is then filled as if it were new.
    await execute(
      sql`update shop set recorded_account = null, filled_at = null
          where domain = ${gone.domain} and (recorded_account is not null or filled_at is not null)`,
      on,
    )
    let left = limit
    for (const table of TABLES_OF_A_SHOP.filter((name) => !LAST.some((last) => last === name))) {
      left -= await deleteSome(gone.domain, table, left, on)
      if (left === 0) return limit
    }
    // While the shop exists, a customer who was erased stays erased: all of these go at once with the shop itself.
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
 * Rows of a shop that has no row itself were written as it was being erased. Such a shop is given one that says that it is long gone, so that
 * what is left of it goes as every gone shop does. Returns how many shops were found.
 */
export async function adoptOrphans(): Promise<number> {
  let found = 0
  for (const table of TABLES_OF_A_SHOP.filter((name) => name !== '"Session"')) {
    // From one shop to the next by the index, however many rows each has.
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
