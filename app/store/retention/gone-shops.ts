import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql, transaction, WHOLE_SHOP } from '../database.ts'
import { TABLES_OF_A_SHOP, type TableOfAShop } from '../shops.ts'
import type { Batch } from './retention-rule.ts'

/** The table that is emptied only together with the shop's own row. */
const LAST = 'tombstone'
/** How many shops are tried in one batch: another process may be erasing the first ones. */
const TRIED = 10

/** Deletes up to `limit` rows of one shop that was uninstalled before an instant, its own row last. */
export async function eraseGoneShop({ before, limit }: Batch): Promise<number> {
  const rows = await rowsOf<{ domain: ShopDomain }>(
    sql`select domain from shop where uninstalled_at < ${before} order by uninstalled_at limit ${TRIED}`,
    autocommit,
  )
  for (const { domain } of rows) if (await transaction((on) => eraseSome(domain, { before, limit }, on))) return limit
  return 0
}

/**
 * Returns false if another process works on the shop, or it was reinstalled. The shop's row is locked meanwhile, so that a reinstallation
 * either comes first, and nothing is deleted, or waits, and finds a new shop.
 */
async function eraseSome(shop: ShopDomain, { before, limit }: Omit<Batch, 'now'>, on: Sql): Promise<boolean> {
  const held = await rowsOf(
    sql`select 1 from shop where domain = ${shop} and uninstalled_at < ${before} for update skip locked`,
    on,
  )
  if (held.length === 0) return false
  // If the shop is reinstalled halfway, the remaining rows must not count as all that was delivered: it is then filled like a new shop.
  await execute(
    sql`update shop set recorded_account = null, filled_at = null
        where domain = ${shop} and (recorded_account is not null or filled_at is not null)`,
    on,
  )
  let remaining = limit
  for (const table of TABLES_OF_A_SHOP.filter((name) => name !== LAST)) {
    remaining -= await deleteSome(shop, table, remaining, on)
    if (remaining === 0) return true
  }
  // While the shop exists, an erased customer stays erased: these rows are deleted together with the shop's own row.
  await execute(sql`delete from tombstone where shop = ${shop}`, on)
  await execute(sql`delete from shop where domain = ${shop}`, on)
  return true
}

async function deleteSome(shop: ShopDomain, table: TableOfAShop, limit: number, on: Sql): Promise<number> {
  return execute(
    {
      text: `delete from ${table} where shop = $1 and ctid = any (array(select ctid from ${table} where shop = $1 limit $2))`,
      values: [shop, limit],
    },
    on,
  )
}

/**
 * Finds rows of shops that have no row themselves, because they were written while the shop was being erased. Such a shop gets a row that
 * says it was uninstalled long ago, so that its rows are deleted like those of every uninstalled shop.
 */
export async function adoptOrphans(): Promise<void> {
  for (const table of TABLES_OF_A_SHOP.filter((name) => name !== '"Session"')) {
    const search = {
      text: `
        select t.shop from ${table} t where not exists (select 1 from shop s where s.domain = t.shop) group by t.shop`,
      values: [],
    }
    const found = await transaction((on) => rowsOf<{ shop: ShopDomain }>(search, on), WHOLE_SHOP)
    for (const { shop } of found) {
      await execute(
        sql`
        insert into shop (domain, installed_at, uninstalled_at) values (${shop}, 'epoch', 'epoch') on conflict do nothing`,
        autocommit,
      )
    }
  }
}
