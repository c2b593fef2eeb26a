import { randomUUID } from 'node:crypto'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A read of all customers of a shop, from which the customers that match certain rules are counted. */
export interface CountRead {
  /** Identifies this request for a read; each request has its own. */
  readonly holder: string
  readonly askedAt: Date
  /** The bulk operation's id; null until Shopify has accepted it. */
  readonly bulkOperation: string | null
  readonly expected: number | null
}

/** Returns the shop's newest read, or null if there has been none. */
export async function findCountRead(shop: ShopDomain): Promise<CountRead | null> {
  const [row] = await rowsOf<rows.customer_count>(sql`select * from customer_count where shop = ${shop}`, autocommit)
  return row ? toCountRead(row) : null
}

/**
 * Records a new request for a read in place of the one that was `seen` (null for none). If two processes saw the same one, only one of them
 * succeeds; the other gets null. Returns null for an unknown or uninstalled shop too.
 */
export async function requestCountRead(
  shop: ShopDomain,
  { seen, now }: { seen: string | null; now: Date },
): Promise<CountRead | null> {
  const [row] = await rowsOf<rows.customer_count>(
    sql`
    insert into customer_count as c (shop, holder, asked_at)
    select domain, ${randomUUID()}::uuid, ${now}::timestamptz from shop where domain = ${shop} and uninstalled_at is null
    on conflict (shop) do update set
      holder = excluded.holder, asked_at = excluded.asked_at, bulk_operation = null, expected = null
    where c.holder = ${seen}::uuid
    returning *`,
    autocommit,
  )
  return row ? toCountRead(row) : null
}

/** Records which bulk operation reads. Returns false if another request has replaced this one. */
export async function saveCountOperation(
  shop: ShopDomain,
  { holder, operation, expected }: { holder: string; operation: string; expected: number | null },
): Promise<boolean> {
  const saved = await execute(
    sql`
    update customer_count set bulk_operation = ${operation}, expected = ${expected}
    where shop = ${shop} and holder = ${holder}::uuid`,
    autocommit,
  )
  return saved === 1
}

function toCountRead(row: rows.customer_count): CountRead {
  return { holder: row.holder, askedAt: row.asked_at, bulkOperation: row.bulk_operation, expected: row.expected }
}
