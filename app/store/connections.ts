import { type DeliveryChoice, storedDelivery } from '#app/core/flow/delivery-choice.ts'
import type { IntegrationStatus } from '#app/core/flow/integration-status.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { LoyaltyInForce } from '#app/core/profile/loyalty-in-force.ts'
import type { MappingInForce } from '#app/core/profile/mapping.ts'
import { type Rules, storedRules } from '#app/core/profile/rules.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { seal, unseal } from './sealing.ts'
import { type LoyaltyRow, type MappingRow, toLoyaltyInForce, toMappingInForce } from './shops.ts'

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
  /** How the integration stood when the connection was opened. */
  readonly status: IntegrationStatus
  readonly syncDelayMs: number
  /** What was to be sent when the connection was opened. */
  readonly mapping: MappingInForce
  /** Who was to be synced when the connection was opened. */
  readonly rules: Rules
  /** Where profiles were to land when the connection was opened. */
  readonly delivery: DeliveryChoice
  /** Which loyalty values were to be told of when the connection was opened. */
  readonly loyalty: LoyaltyInForce
  /** Who or what is sent was changed, and no comparison of all customers has begun since. */
  readonly comparisonAsked: boolean
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

export async function findConnection(shop: ShopDomain, on?: Sql): Promise<Connection | null> {
  const [row] = await rowsOf<ConnectionRow>(sql`select * from connection where shop = ${shop}`, on)
  return row ? toConnection(row) : null
}

/**
 * Whether another shop that has the app is connected to the account of this one's connection. The one question that looks at other shops' rows:
 * it tells that there is such a shop, never which.
 */
export async function isAccountShared(shop: ShopDomain): Promise<boolean> {
  const rows = await rowsOf(sql`
    select 1 from connection own join connection other on other.account_id = own.account_id and other.shop <> own.shop
    join shop s on s.domain = other.shop and s.uninstalled_at is null
    where own.shop = ${shop} and other.refused_at is null limit 1`)
  return rows.length > 0
}

/**
 * The connection to ask Klaviyo through: null when there is none, Klaviyo refuses its key, or the app is uninstalled. Whether
 * profiles may be sent through it is told by the integration's status.
 */
export async function findSendableConnection(shop: ShopDomain): Promise<OpenConnection | null> {
  const [row] = await rowsOf<SendableRow>(sql`
    select c.*, s.status, s.sync_delay_ms, s.mapping, s.mapping_forgotten, s.mapping_changed_at, s.rules, s.delivery, s.loyalty, s.loyalty_changed_at, s.comparison_asked_at, s.identifiers_asked_at from connection c join shop s on s.domain = c.shop
    where c.shop = ${shop} and c.refused_at is null and s.uninstalled_at is null`)
  if (!row) return null
  const { status, sync_delay_ms: syncDelayMs } = row
  const key = unseal(row.sealed_key, placeOf(shop))
  return {
    ...toConnection(row),
    key,
    status: status as IntegrationStatus,
    syncDelayMs,
    mapping: toMappingInForce(row),
    rules: storedRules(row.rules),
    delivery: storedDelivery(row.delivery),
    loyalty: toLoyaltyInForce(row),
    comparisonAsked: row.comparison_asked_at !== null || row.identifiers_asked_at !== null,
  }
}

/** Klaviyo no longer takes the key: nothing is sent through it from here on. A connection made meanwhile has another key. */
export async function refuseConnection({ shop, connectedAt }: Connection, now: Date): Promise<void> {
  await execute(sql`
    update connection set refused_at = ${now} where shop = ${shop} and connected_at = ${connectedAt} and refused_at is null`)
}

export async function deleteConnection(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(sql`delete from connection where shop = ${shop}`, on)
}

interface SendableRow extends ConnectionRow, MappingRow, LoyaltyRow {
  status: string
  sync_delay_ms: number
  rules: unknown
  delivery: unknown
  comparison_asked_at: Date | null
  identifiers_asked_at: Date | null
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
