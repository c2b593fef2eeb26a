import { randomUUID } from 'node:crypto'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { openRefreshToken } from './klaviyo-grants.ts'
import { seal, unseal } from './sealing.ts'

// Revoking a grant uninstalls the app from the Klaviyo account, for every shop that is connected to it.

/** What a refresh token is sealed for here. */
export const placeOf = (id: string) => `klaviyo_revocation ${id}`

/**
 * Writes down that the grant of a shop has to be ended at Klaviyo, in the transaction that deletes or replaces it. Does nothing if the shop is
 * not connected by OAuth, or another shop uses the app in the same account, or no key opens its token: nobody can end that grant, and the
 * shop has to get rid of it all the same.
 */
export async function saveRevocation(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  const [row] = await rowsOf<rows.connection>(
    sql`select * from connection where shop = ${shop} and kind = 'oauth' for update`,
    on,
  )
  if (!row || (await isUsed(row.account_id, shop, on))) return
  const refreshToken = openedToken(shop, row)
  if (refreshToken !== null) await saveRevocationOf({ accountId: row.account_id, refreshToken }, now, on)
}

function openedToken(shop: ShopDomain, row: rows.connection): string | null {
  try {
    return openRefreshToken(shop, row)
  } catch {
    return null
  }
}

/** Writes down that a grant which was never stored has to be ended. */
export async function saveRevocationOf(
  { accountId, refreshToken }: { accountId: string; refreshToken: string },
  now: Date,
  on: Sql,
): Promise<void> {
  const id = randomUUID()
  await execute(
    sql`
    insert into klaviyo_revocation (id, account_id, sealed_refresh_token, asked_at, not_before)
    values (${id}, ${accountId}, ${seal(refreshToken, placeOf(id))}, ${now}, ${now})`,
    on,
  )
}

/** Whether a shop is connected to the account by OAuth, other than the one named. One that Klaviyo refuses holds a grant that has ended. */
export async function isUsed(accountId: string, apartFrom: ShopDomain | null, on: Sql): Promise<boolean> {
  const users = await rowsOf(
    sql`
    select 1 from connection where account_id = ${accountId} and kind = 'oauth' and refused_at is null and shop is distinct from ${apartFrom} limit 1`,
    on,
  )
  return users.length > 0
}

/** The app is used in the account again: what was to be ended stays. Waits for a revocation that is being sent. */
export async function forgetRevocations(accountId: string, on: Sql): Promise<void> {
  await execute(sql`delete from klaviyo_revocation where account_id = ${accountId}`, on)
}

export async function listDueRevocations(now: Date, limit: number): Promise<string[]> {
  const due = await rowsOf<{ id: string }>(
    sql`select id from klaviyo_revocation where not_before <= ${now} order by not_before limit ${limit}`,
    autocommit,
  )
  return due.map(({ id }) => id)
}

/** Locks a revocation until the transaction ends. Returns null if it is gone, or another process sends it. */
export async function lockRevocation(
  id: string,
  on: Sql,
): Promise<{ accountId: string; refreshToken: string; attempt: number } | null> {
  const [row] = await rowsOf<rows.klaviyo_revocation>(
    sql`select * from klaviyo_revocation where id = ${id} for update skip locked`,
    on,
  )
  if (!row) return null
  const refreshToken = unseal(row.sealed_refresh_token, placeOf(id))
  return { accountId: row.account_id, refreshToken, attempt: row.attempt }
}

export async function deleteRevocation(id: string, on: Sql): Promise<void> {
  await execute(sql`delete from klaviyo_revocation where id = ${id}`, on)
}

export async function deferRevocation(
  id: string,
  { attempt, notBefore }: { attempt: number; notBefore: Date },
  on: Sql,
): Promise<void> {
  await execute(sql`update klaviyo_revocation set attempt = ${attempt}, not_before = ${notBefore} where id = ${id}`, on)
}

/** For the retention of what could not be sent. */
export async function dropRevocations({ before, limit }: { before: Date; limit: number }): Promise<number> {
  return execute(
    sql`
    delete from klaviyo_revocation where id = any (array(
      select id from klaviyo_revocation where asked_at < ${before} limit ${limit} for update skip locked))`,
    autocommit,
  )
}
