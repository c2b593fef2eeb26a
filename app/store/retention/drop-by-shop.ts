import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, type Statement, transaction } from '../database.ts'
import type { Batch } from './retention-rule.ts'

/** Finds the shops that have rows past their time, at most as many as the batch's limit. */
type Find = (batch: Batch) => Statement

interface DropByShop {
  readonly find: Find
  /** Drops such rows of one shop, at most the batch's limit. Skips locked rows, which a later sweep takes. */
  readonly drop: (shop: ShopDomain, batch: Batch) => Statement
}

/**
 * Drops one batch of a rule, one shop after the other: the statement that finds rows reads them all over the database, and each that writes
 * names one shop. Returns the limit if there may be more, otherwise fewer.
 */
export function dropByShop({ find, drop }: DropByShop): (batch: Batch) => Promise<number> {
  return forEachShop(find, (shop, batch) => execute(drop(shop, batch), autocommit))
}

/** As `dropByShop`, for a rule that needs several statements for one shop, which are one transaction. */
export function dropInTransaction(
  find: Find,
  drop: (shop: ShopDomain, batch: Batch, on: Sql) => Promise<number>,
): (batch: Batch) => Promise<number> {
  return forEachShop(find, (shop, batch) => transaction((on) => drop(shop, batch, on)))
}

function forEachShop(
  find: Find,
  work: (shop: ShopDomain, batch: Batch) => Promise<number>,
): (batch: Batch) => Promise<number> {
  return async (batch) => {
    const rows = await rowsOf<{ shop: ShopDomain }>(find(batch), autocommit)
    let most = rows.length
    for (const { shop } of rows) most = Math.max(most, await work(shop, batch))
    return most
  }
}
