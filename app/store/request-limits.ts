import { type LimitedRequest, requestLimits } from '#app/core/access/request-limits.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/**
 * Counts a request of a shop, in one statement, so that all web processes share the limit. Returns null if it may be answered, otherwise from
 * when on one more may be. A request that is refused is not counted.
 */
export async function countRequest(shop: ShopDomain, kind: LimitedRequest, now: Date): Promise<Date | null> {
  const { atOnce, everyMs } = requestLimits[kind]
  const [nowMs, aheadMs] = [now.getTime(), (atOnce - 1) * everyMs]
  const counted = await execute(
    sql`
    insert into request_limit as r (shop, kind, spent_until_ms) values (${shop}, ${kind}, ${nowMs + everyMs})
    on conflict (shop, kind) do update set spent_until_ms = greatest(r.spent_until_ms, ${nowMs}::bigint) + ${everyMs}::bigint
    where r.spent_until_ms <= ${nowMs + aheadMs}::bigint`,
    autocommit,
  )
  if (counted === 1) return null
  const [row] = await rowsOf<Pick<rows.request_limit, 'spent_until_ms'>>(
    sql`select spent_until_ms from request_limit where shop = ${shop} and kind = ${kind}`,
    autocommit,
  )
  return new Date(Number(row?.spent_until_ms ?? nowMs) - aheadMs)
}
