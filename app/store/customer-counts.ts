import { randomUUID } from 'node:crypto'
import type { ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, sql } from './database.ts'

/** A read of all customers of a shop, by which those who match some rules are counted. */
export interface CountedRead {
  /** Of this asking: another one has another. */
  readonly holder: string
  readonly askedAt: Date
  /** Null while Shopify has not taken it on. */
  readonly bulkOperation: string | null
  readonly expected: number | null
}

/** The shop's newest read; null when there never was one. */
export async function findCountedRead(shop: ShopDomain): Promise<CountedRead | null> {
  const [row] = await rowsOf<CountRow>(sql`select * from customer_count where shop = ${shop}`)
  return row ? toCountedRead(row) : null
}

/**
 * Takes it on to ask for a new read in the place of the one that was `seen`, null for none. Of two who saw the same, one does: null for the
 * other. An unknown or uninstalled shop has none.
 */
export async function takeCountedRead(
  shop: ShopDomain,
  { seen, now }: { seen: string | null; now: Date },
): Promise<CountedRead | null> {
  const [row] = await rowsOf<CountRow>(sql`
    insert into customer_count as c (shop, holder, asked_at)
    select domain, ${randomUUID()}::uuid, ${now}::timestamptz from shop where domain = ${shop} and uninstalled_at is null
    on conflict (shop) do update set
      holder = excluded.holder, asked_at = excluded.asked_at, bulk_operation = null, expected = null
    where c.holder = ${seen}::uuid
    returning *`)
  return row ? toCountedRead(row) : null
}

/** Notes which operation reads, unless somebody else has asked for another since. */
export async function saveCountOperation(
  shop: ShopDomain,
  { holder, operation, expected }: { holder: string; operation: string; expected: number | null },
): Promise<boolean> {
  const saved = await execute(sql`
    update customer_count set bulk_operation = ${operation}, expected = ${expected}
    where shop = ${shop} and holder = ${holder}::uuid`)
  return saved === 1
}

interface CountRow {
  holder: string
  asked_at: Date
  bulk_operation: string | null
  expected: number | null
}

function toCountedRead(row: CountRow): CountedRead {
  return { holder: row.holder, askedAt: row.asked_at, bulkOperation: row.bulk_operation, expected: row.expected }
}
