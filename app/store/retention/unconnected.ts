import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from '../database.ts'
import { quotaOf } from '../klaviyo-budgets.ts'
import { saveRevocation } from '../klaviyo-revocations.ts'
import { dropInTransaction } from './drop-by-shop.ts'
import type { Batch } from './retention-rule.ts'

/** Deletes the connections of shops without the app. The shop's row is locked, so that a reinstallation comes before or after it. */
export const dropConnections = dropInTransaction(
  ({ before, limit }) => sql`
    select c.shop from connection c join shop s on s.domain = c.shop where s.uninstalled_at < ${before} limit ${limit}`,
  dropConnection,
)

async function dropConnection(shop: ShopDomain, { before, now }: Batch, on: Sql): Promise<number> {
  const gone = await rowsOf(
    sql`select 1 from shop where domain = ${shop} and uninstalled_at < ${before} for update skip locked`,
    on,
  )
  if (gone.length === 0) return 0
  await saveRevocation(shop, now, on)
  return execute(sql`delete from connection where shop = ${shop}`, on)
}

/** Deletes the allowances of accounts that no shop is connected to. */
export async function dropBudgets({ before, limit }: Batch): Promise<number> {
  let last = ''
  for (;;) {
    const rows = await rowsOf<{ account_id: string }>(
      sql`
      select distinct account_id from klaviyo_budget
      where used_at < ${before} and account_id > ${last} order by account_id limit ${limit}`,
      autocommit,
    )
    const quotas = rows.map((row) => row.account_id)
    if (quotas.length === 0) return 0
    const accounts = quotas.flatMap((quota) => [quota, quota.replace(/ oauth$/, '')])
    const connected = await rowsOf<{ account_id: string; kind: string }>(
      sql`select account_id, kind from connection where account_id = any(${accounts}::text[])`,
      autocommit,
    )
    const inUse = connected.map((row) => quotaOf({ accountId: row.account_id, kind: row.kind }))
    await execute(
      sql`
      delete from klaviyo_budget
      where account_id = any(${quotas}::text[]) and account_id <> all(${inUse}::text[]) and used_at < ${before}`,
      autocommit,
    )
    last = quotas.at(-1)!
  }
}

/** Deletes expired sessions, except those of shops that have the app: their tokens are renewed with them. */
export async function dropSessions({ before, limit }: Batch): Promise<number> {
  await execute(
    sql`
    delete from "Session" where "isOnline" and coalesce(expires, 'epoch') < ${before}::timestamptz at time zone 'UTC'`,
    autocommit,
  )
  let last = ''
  for (;;) {
    const rows = await rowsOf<{ shop: string }>(
      sql`
      select distinct shop from "Session"
      where coalesce(expires, 'epoch') < ${before}::timestamptz at time zone 'UTC' and shop > ${last} order by shop limit ${limit}`,
      autocommit,
    )
    const shops = rows.map((row) => row.shop)
    if (shops.length === 0) return 0
    const installed = await rowsOf<{ domain: string }>(
      sql`select domain from shop where domain = any(${shops}::text[]) and uninstalled_at is null`,
      autocommit,
    )
    const withApp = installed.map((row) => row.domain)
    await execute(
      sql`
      delete from "Session" where shop = any(${shops}::text[]) and shop <> all(${withApp}::text[])
        and coalesce(expires, 'epoch') < ${before}::timestamptz at time zone 'UTC'`,
      autocommit,
    )
    last = shops.at(-1)!
  }
}
