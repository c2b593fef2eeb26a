import type { ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from '../database.ts'
import type * as rows from '../generated/rows.ts'
import { dropInTransaction } from './drop-by-shop.ts'
import type { Batch } from './retention-rule.ts'

const LOOK_EVERY_MS = 24 * 60 * 60_000

/**
 * Checks sets that are due, and deletes those that no profile has referred to since before an instant. A transaction that is about to refer
 * to a set holds it (holdFieldSets): such a set is skipped here, and a set that is being checked here makes that transaction wait. A
 * profile that was written meanwhile is seen, because the statements after the lock see what was committed before it.
 */
export const dropUnusedFieldSets = dropInTransaction(
  ({ now, limit }) => sql`select distinct shop from field_set where look_at <= ${now} limit ${limit}`,
  checkSets,
)

async function checkSets(shop: ShopDomain, { now, before, limit }: Batch, on: Sql): Promise<number> {
  const found = await rowsOf<Pick<rows.field_set, 'id'>>(
    sql`select id from field_set where shop = ${shop} and look_at <= ${now} order by look_at limit ${limit} for update skip locked`,
    on,
  )
  const ids = found.map((row) => row.id)
  if (ids.length === 0) return 0
  await execute(
    sql`
    update field_set f set look_at = ${new Date(now.getTime() + LOOK_EVERY_MS)}, unused_since = case
      when exists (select 1 from profile p where p.shop = ${shop} and p.field_set = f.id) then null
      else coalesce(f.unused_since, ${now}) end
    where f.shop = ${shop} and f.id = any(${ids}::int[])`,
    on,
  )
  await execute(
    sql`delete from field_set where shop = ${shop} and id = any(${ids}::int[]) and unused_since < ${before}`,
    on,
  )
  return ids.length
}
