import { execute, rowsOf, sql, transaction } from '../database.ts'
import type { Batch } from './retention-rule.ts'

const LOOK_EVERY_MS = 24 * 60 * 60_000

/**
 * Checks sets that are due, and deletes those that no profile has referred to since before an instant. A transaction that is about to refer
 * to a set holds it (holdFieldSets): such a set is skipped here, and a set that is being checked here makes that transaction wait. A
 * profile that was written meanwhile is seen, because the statements after the lock see what was committed before it.
 */
export async function dropUnusedFieldSets({ now, before, limit }: Batch): Promise<number> {
  return transaction(async (on) => {
    const rows = await rowsOf<{ id: number }>(
      sql`select id from field_set where look_at <= ${now} order by look_at limit ${limit} for update skip locked`,
      on,
    )
    const ids = rows.map((row) => row.id)
    if (ids.length === 0) return 0
    await execute(
      sql`
      update field_set f set look_at = ${new Date(now.getTime() + LOOK_EVERY_MS)}, unused_since = case
        when exists (select 1 from profile p where p.shop = f.shop and p.field_set = f.id) then null
        else coalesce(f.unused_since, ${now}) end
      where f.id = any(${ids}::int[])`,
      on,
    )
    await execute(sql`delete from field_set where id = any(${ids}::int[]) and unused_since < ${before}`, on)
    return ids.length
  })
}
