import { after } from '#app/core/flow/instants.ts'
import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { seal, unseal } from './sealing.ts'

/** What is stored of a grant, to call Klaviyo with. */
export interface StoredToken {
  readonly accessToken: string
  readonly expiresAt: Date
  readonly scopes: readonly string[]
}

/** Which grant of a shop: each time the merchant connects there is another one. */
export interface GrantOf {
  readonly shop: ShopDomain
  readonly connectedAt: Date
}

/** What a token is sealed for. */
export const placeOf = (shop: ShopDomain, token: 'refresh' | 'access') => `connection ${shop} oauth ${token} token`

/** Returns the columns of a grant as they are stored. */
export function sealedGrant(shop: ShopDomain, grant: KlaviyoGrant, now: Date) {
  return {
    refreshToken: seal(grant.refreshToken, placeOf(shop, 'refresh')),
    accessToken: seal(grant.accessToken, placeOf(shop, 'access')),
    expiresAt: after(now, grant.expiresInMs),
    scopes: [...grant.scopes],
  }
}

type GrantRow = Pick<rows.connection, 'sealed_access_token' | 'access_expires_at' | 'scopes'>

export function toStoredToken(shop: ShopDomain, row: GrantRow): StoredToken {
  return {
    accessToken: unseal(row.sealed_access_token ?? '', placeOf(shop, 'access')),
    expiresAt: row.access_expires_at ?? new Date(0),
    scopes: row.scopes,
  }
}

export function openRefreshToken(shop: ShopDomain, row: Pick<rows.connection, 'sealed_refresh_token'>): string {
  return unseal(row.sealed_refresh_token ?? '', placeOf(shop, 'refresh'))
}

/**
 * Locks a shop's grant until the transaction ends, so that one process at a time renews it. Returns null if the shop has another connection
 * by now, or none, or Klaviyo refuses it.
 */
export async function lockGrant(
  { shop, connectedAt }: GrantOf,
  on: Sql,
): Promise<(StoredToken & { readonly refreshToken: string; readonly refreshedAt: Date }) | null> {
  const [row] = await rowsOf<rows.connection>(
    sql`
    select * from connection
    where shop = ${shop} and connected_at = ${connectedAt} and kind = 'oauth' and refused_at is null for update`,
    on,
  )
  if (!row) return null
  const refreshedAt = row.refreshed_at ?? new Date(0)
  return { ...toStoredToken(shop, row), refreshToken: openRefreshToken(shop, row), refreshedAt }
}

/** Stores a renewed grant. An answer that names no scopes changes none. */
export async function saveGrant(
  { shop, connectedAt }: GrantOf,
  grant: KlaviyoGrant,
  now: Date,
  on: Sql,
): Promise<void> {
  const { refreshToken, accessToken, expiresAt, scopes } = sealedGrant(shop, grant, now)
  await execute(
    sql`
    update connection set sealed_refresh_token = ${refreshToken}, sealed_access_token = ${accessToken}, access_expires_at = ${expiresAt},
      scopes = case when cardinality(${scopes}::text[]) > 0 then ${scopes}::text[] else scopes end, refreshed_at = ${now}
    where shop = ${shop} and connected_at = ${connectedAt} and kind = 'oauth'`,
    on,
  )
}

/** Returns connections by OAuth whose tokens were last renewed before an instant, in random order, so that a grant whose renewal keeps failing is not always the first. */
export async function listIdleGrants(before: Date, limit: number): Promise<GrantOf[]> {
  const idle = await rowsOf<Pick<rows.connection, 'shop' | 'connected_at'>>(
    sql`
    select c.shop, c.connected_at from connection c join shop s on s.domain = c.shop
    where c.kind = 'oauth' and c.refused_at is null and s.uninstalled_at is null and c.refreshed_at < ${before}
    order by random() limit ${limit}`,
    autocommit,
  )
  return idle.map((row) => ({ shop: row.shop as ShopDomain, connectedAt: row.connected_at }))
}
