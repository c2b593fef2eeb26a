import type { ShopDomain } from '#app/core/ids.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { seal, unseal } from './sealing.ts'

/** A shop's tie to one Klaviyo account, without its key. */
export interface Connection {
  readonly shop: ShopDomain
  readonly accountId: string
  readonly accountName: string
  readonly connectedAt: Date
  /** Klaviyo stopped taking the key then; null while it does. */
  readonly refusedAt: Date | null
}

/** A connection with its key in the open: not to be logged, stored or kept longer than a call. */
export interface OpenConnection extends Connection {
  readonly key: string
}

const placeOf = (shop: ShopDomain) => `connection ${shop}`

export async function saveConnection(
  shop: ShopDomain,
  made: { key: string; accountId: string; accountName: string },
  now: Date,
  on?: Sql,
): Promise<void> {
  await execute(
    sql`
    insert into connection as c (shop, account_id, account_name, sealed_key, connected_at)
    values (${shop}, ${made.accountId}, ${made.accountName}, ${seal(made.key, placeOf(shop))}, ${now})
    on conflict (shop) do update set
      account_id = excluded.account_id, account_name = excluded.account_name, sealed_key = excluded.sealed_key,
      connected_at = excluded.connected_at, refused_at = null`,
    on,
  )
}

export async function findConnection(shop: ShopDomain): Promise<Connection | null> {
  const [row] = await rowsOf<ConnectionRow>(sql`select * from connection where shop = ${shop}`)
  return row ? toConnection(row) : null
}

/** The connection to send through: null when there is none, Klaviyo refuses its key, or the app is uninstalled. */
export async function findSendableConnection(shop: ShopDomain): Promise<OpenConnection | null> {
  const [row] = await rowsOf<ConnectionRow>(sql`
    select c.* from connection c join shop s on s.domain = c.shop
    where c.shop = ${shop} and c.refused_at is null and s.uninstalled_at is null`)
  return row ? { ...toConnection(row), key: unseal(row.sealed_key, placeOf(shop)) } : null
}

/** Klaviyo no longer takes the key: nothing is sent through it from here on. A connection made meanwhile has another key. */
export async function refuseConnection({ shop, connectedAt }: Connection, now: Date): Promise<void> {
  await execute(sql`
    update connection set refused_at = ${now} where shop = ${shop} and connected_at = ${connectedAt} and refused_at is null`)
}

export async function deleteConnection(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(sql`delete from connection where shop = ${shop}`, on)
}

interface ConnectionRow {
  shop: string
  account_id: string
  account_name: string
  sealed_key: string
  connected_at: Date
  refused_at: Date | null
}

function toConnection(row: ConnectionRow): Connection {
  return {
    shop: row.shop as ShopDomain,
    accountId: row.account_id,
    accountName: row.account_name,
    connectedAt: row.connected_at,
    refusedAt: row.refused_at,
  }
}
