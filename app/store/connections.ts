import type { IntegrationStatus } from '#app/core/flow/integration-status.ts'
import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type HeldSource, withHeld } from '#app/core/loyalty/held-sources.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { quotaOf } from './klaviyo-budgets.ts'
import { type StoredToken, sealedGrant, toStoredToken } from './klaviyo-grants.ts'
import { seal, unseal } from './sealing.ts'
import { type ChoicesInForce, type ChoicesRow, toChoicesInForce } from './settings.ts'

/** The connection of a shop to one Klaviyo account, without its key or tokens. */
export interface Connection {
  readonly shop: ShopDomain
  readonly accountId: string
  readonly accountName: string
  readonly connectedAt: Date
  /** When Klaviyo began to refuse the key, or ended the grant; null while it accepts it. */
  readonly refusedAt: Date | null
  readonly kind: 'key' | 'oauth'
  /** What the merchant allowed; null for a key, whose scopes are unknown. */
  readonly scopes: readonly string[] | null
  /** Whose allowance its calls use. */
  readonly quota: string
}

/** What calls to Klaviyo need: a key or token in the open, not to be logged, stored or kept longer than a turn. */
export interface Credential extends Pick<Connection, 'shop' | 'accountId' | 'connectedAt' | 'quota'> {
  readonly stored: { readonly kind: 'key'; readonly key: string } | ({ readonly kind: 'oauth' } & StoredToken)
}

/** What the merchant chose, as it was when a turn read it. In the mapping, sources that are held are not taken for empty. */
export interface SyncPolicy extends ChoicesInForce {
  readonly status: IntegrationStatus
  /** Which customers are synced, or what is sent, was changed, and no comparison of all customers has begun since. */
  readonly comparisonRequested: boolean
}

export const placeOf = (shop: ShopDomain) => `connection ${shop}`

/** A connection that is to be stored: to which account, and by a key or a grant. */
export type NewConnection = Pick<Connection, 'accountId' | 'accountName'> &
  ({ readonly key: string } | { readonly grant: KlaviyoGrant })

/** Stores a connection in place of the one before, whose key or tokens are gone with it. */
export async function saveConnection(shop: ShopDomain, made: NewConnection, now: Date, on: Sql): Promise<void> {
  const grant = 'grant' in made ? sealedGrant(shop, made.grant, now) : null
  // A release that knows keys only cannot open an empty one, and so sends nothing.
  const sealedKey = 'key' in made ? seal(made.key, placeOf(shop)) : ''
  await execute(
    sql`
    insert into connection as c (shop, account_id, account_name, connected_at, sealed_key, kind, sealed_refresh_token,
      sealed_access_token, access_expires_at, scopes, refreshed_at)
    values (${shop}, ${made.accountId}, ${made.accountName}, ${now}, ${sealedKey}, ${grant ? 'oauth' : 'key'},
      ${grant?.refreshToken ?? null}, ${grant?.accessToken ?? null}, ${grant?.expiresAt ?? null}, ${grant?.scopes ?? []}::text[], ${grant && now})
    on conflict (shop) do update set
      account_id = excluded.account_id, account_name = excluded.account_name, connected_at = excluded.connected_at, refused_at = null,
      sealed_key = excluded.sealed_key, kind = excluded.kind, sealed_refresh_token = excluded.sealed_refresh_token, sealed_access_token = excluded.sealed_access_token,
      access_expires_at = excluded.access_expires_at, scopes = excluded.scopes, refreshed_at = excluded.refreshed_at`,
    on,
  )
}

export async function findConnection(shop: ShopDomain, on: Sql): Promise<Connection | null> {
  const [row] = await rowsOf<rows.connection>(sql`select * from connection where shop = ${shop}`, on)
  return row ? toConnection(row) : null
}

/**
 * Whether another shop that has the app installed is connected to the same Klaviyo account. Reads other shops' rows, but returns only that
 * there is such a shop, never which one.
 */
export async function isAccountShared(shop: ShopDomain): Promise<boolean> {
  const own = await findConnection(shop, autocommit)
  return own !== null && (await findSharedPrefixes(shop, own.accountId, autocommit)) !== null
}

/**
 * Returns the prefixes of the other shops that are connected to a Klaviyo account, in lower case; null if there is no other shop. Reads
 * other shops' rows, but never says which shop has which prefix.
 */
export async function findSharedPrefixes(
  shop: ShopDomain,
  accountId: string,
  on: Sql,
): Promise<ReadonlySet<string> | null> {
  const rows = await rowsOf<{ prefix: string | null }>(
    sql`
    select s.destination->'sharing'->>'prefix' as prefix
    from connection c join shop s on s.domain = c.shop and s.uninstalled_at is null
    where c.account_id = ${accountId} and c.shop <> ${shop} and c.refused_at is null`,
    on,
  )
  // Postgres makes letters small by its own locale.
  return rows.length === 0 ? null : new Set(rows.flatMap(({ prefix }) => prefix?.toLowerCase() ?? []))
}

/**
 * Keeps the other shops of a Klaviyo account from connecting to it, and from changing their prefixes, until the transaction ends. To be taken
 * before the row of a shop is locked.
 */
export async function holdPrefixes(accountId: string, on: Sql): Promise<void> {
  await rowsOf(sql`select pg_advisory_xact_lock(hashtextextended(${`prefixes of ${accountId}`}, 0))`, on)
}

/**
 * What to ask Klaviyo with. Returns null when there is none, Klaviyo refuses it, or the app is uninstalled. Whether profiles may be sent
 * with it depends on the integration's status.
 */
export async function findCredential(shop: ShopDomain): Promise<Credential | null> {
  return (await findTurnInputs(shop))?.credential ?? null
}

/** What to ask Klaviyo with and the merchant's choices, for one turn. Returns null when Klaviyo cannot be asked (see findCredential). */
export async function findTurnInputs(shop: ShopDomain): Promise<{ credential: Credential; policy: SyncPolicy } | null> {
  const [row] = await rowsOf<TurnRow>(
    sql`
    select s.*, c.* from connection c join shop s on s.domain = c.shop
    where c.shop = ${shop} and c.refused_at is null and s.uninstalled_at is null`,
    autocommit,
  )
  if (!row) return null
  const { accountId, connectedAt, quota } = toConnection(row)
  const choices = toChoicesInForce(row)
  const held = row.held_sources as unknown as readonly HeldSource[]
  return {
    credential: {
      shop,
      accountId,
      connectedAt,
      quota,
      stored:
        row.kind === 'oauth'
          ? { kind: 'oauth', ...toStoredToken(shop, row) }
          : { kind: 'key', key: unseal(row.sealed_key, placeOf(shop)) },
    },
    policy: {
      ...choices,
      mapping: { ...choices.mapping, mapping: withHeld(choices.mapping.mapping, held) },
      status: row.status as IntegrationStatus,
      comparisonRequested: row.comparison_asked_at !== null || row.identifiers_asked_at !== null,
    },
  }
}

/** What must still hold before a call: which connection the shop has, and its status. Returns null when Klaviyo cannot be asked (see findCredential). */
export async function findSendState(
  shop: ShopDomain,
): Promise<Pick<Credential & SyncPolicy, 'accountId' | 'connectedAt' | 'status'> | null> {
  const [row] = await rowsOf<Pick<TurnRow, 'account_id' | 'connected_at' | 'status'>>(
    sql`
    select c.account_id, c.connected_at, s.status from connection c join shop s on s.domain = c.shop
    where c.shop = ${shop} and c.refused_at is null and s.uninstalled_at is null`,
    autocommit,
  )
  return row
    ? { accountId: row.account_id, connectedAt: row.connected_at, status: row.status as IntegrationStatus }
    : null
}

/**
 * Records that Klaviyo refuses the key, or has ended the grant; nothing is sent with it any more. Does nothing to a connection that was created
 * meanwhile.
 */
export async function refuseConnection(
  { shop, connectedAt }: Pick<Connection, 'shop' | 'connectedAt'>,
  now: Date,
): Promise<void> {
  await execute(
    sql`
    update connection set refused_at = ${now} where shop = ${shop} and connected_at = ${connectedAt} and refused_at is null`,
    autocommit,
  )
}

export async function deleteConnection(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from connection where shop = ${shop}`, on)
}

type TurnRow = rows.connection &
  Pick<rows.shop, 'status' | 'comparison_asked_at' | 'identifiers_asked_at' | 'held_sources'> &
  ChoicesRow

function toConnection(row: rows.connection): Connection {
  return {
    shop: row.shop as ShopDomain,
    accountId: row.account_id,
    accountName: row.account_name,
    connectedAt: row.connected_at,
    refusedAt: row.refused_at,
    kind: row.kind === 'oauth' ? 'oauth' : 'key',
    scopes: row.kind === 'oauth' ? row.scopes : null,
    quota: quotaOf({ accountId: row.account_id, kind: row.kind }),
  }
}
