import { createHash } from 'node:crypto'
import { CALL_EVERY_MS, CALLS_AT_ONCE, MOST_TOKENS } from '#app/core/access/status-token.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, sql, transaction } from './database.ts'
import type * as rows from './generated/rows.ts'

export interface StatusToken {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
}

/** Of 256 random bits no hash can be reversed by trying, so that it needs no salt and may be searched for. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

/** Saves the hash of a new token. Returns false if the shop has as many as it may, or no longer has the app. */
export async function saveStatusToken(
  shop: ShopDomain,
  { id, name, token }: { id: string; name: string; token: string },
  now: Date,
): Promise<boolean> {
  return transaction(async (on) => {
    // Locked, so that of two members of staff who make the last one at once, one does.
    const installed = await rowsOf(
      sql`select 1 from shop where domain = ${shop} and uninstalled_at is null for no key update`,
      on,
    )
    const [counted] = await rowsOf<{ tokens: number }>(
      sql`select count(*)::int as tokens from status_token where shop = ${shop}`,
      on,
    )
    if (installed.length === 0 || (counted?.tokens ?? 0) >= MOST_TOKENS) return false
    await execute(
      sql`insert into status_token (shop, id, name, hash, created_at, spent_until_ms)
          values (${shop}, ${id}::uuid, ${name}, ${hashOf(token)}, ${now}, ${now.getTime()})`,
      on,
    )
    return true
  })
}

/** Returns the shop's tokens, newest first. */
export async function listStatusTokens(shop: ShopDomain): Promise<StatusToken[]> {
  const found = await rowsOf<Pick<rows.status_token, 'id' | 'name' | 'created_at' | 'last_used_at'>>(
    sql`select id, name, created_at, last_used_at from status_token where shop = ${shop} order by created_at desc, id`,
    autocommit,
  )
  return found.map((row) => ({ id: row.id, name: row.name, createdAt: row.created_at, lastUsedAt: row.last_used_at }))
}

/** Deletes a token of the shop: from now on it is refused. Does nothing if there is none. */
export async function deleteStatusToken(shop: ShopDomain, id: string): Promise<void> {
  await execute(sql`delete from status_token where shop = ${shop} and id = ${id}::uuid`, autocommit)
}

/** Deletes all tokens of a shop. */
export async function deleteStatusTokens(shop: ShopDomain): Promise<void> {
  await execute(sql`delete from status_token where shop = ${shop}`, autocommit)
}

/** Whether a token is one of the shop's, and may make one more call now. */
export type TokenUse =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'limited'; readonly until: Date }

/** By how much calls made at once may use up the allowance of the time to come. */
const AHEAD_MS = (CALLS_AT_ONCE - 1) * CALL_EVERY_MS

/**
 * Counts a call with a token, in one statement, so that all web processes share the allowance (CALLS_AT_ONCE, and one more after each
 * CALL_EVERY_MS). A call that is refused is not counted and writes nothing.
 */
export async function countTokenUse(shop: ShopDomain, token: string, now: Date): Promise<TokenUse> {
  const [hash, nowMs] = [hashOf(token), now.getTime()]
  const counted = await execute(
    sql`
    update status_token t set last_used_at = ${now}, spent_until_ms = greatest(t.spent_until_ms, ${nowMs}::bigint) + ${CALL_EVERY_MS}::bigint
    from shop s where t.shop = ${shop} and t.hash = ${hash} and s.domain = t.shop and s.uninstalled_at is null
      and t.spent_until_ms <= ${nowMs + AHEAD_MS}::bigint`,
    autocommit,
  )
  if (counted === 1) return { kind: 'admitted' }
  const [known] = await rowsOf<Pick<rows.status_token, 'spent_until_ms'>>(
    sql`
    select t.spent_until_ms from status_token t join shop s on s.domain = t.shop
    where t.shop = ${shop} and t.hash = ${hash} and s.uninstalled_at is null`,
    autocommit,
  )
  return known ? { kind: 'limited', until: new Date(Number(known.spent_until_ms) - AHEAD_MS) } : { kind: 'unknown' }
}
