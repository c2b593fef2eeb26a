import type { KnownProfile } from '#app/core/flow/decision.ts'
import type { LastHeard } from '#app/core/flow/heard.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import type { Omission } from '#app/core/profile/omission.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import { fieldSetNames, holdFieldSets } from './field-sets.ts'
import type * as rows from './generated/rows.ts'
import { openAddress } from './profile-addresses.ts'
import { countingProfiles } from './profile-counts.ts'

/** The state of a customer's profile after a batch. A null keeps the row's own value. */
export interface ProfileRow {
  readonly customerId: CustomerId
  readonly state: 'synced' | 'excluded' | 'issue' | 'pending' | 'gone'
  readonly code: ReasonCode | null
  readonly words: string | null
  /** The id of the other Klaviyo profile in an identity conflict. */
  readonly conflictsWith: string | null
  readonly klaviyoId: string | null
  /**
   * Hash of what Klaviyo accepted, stored with the names of its fields; both null if nothing was accepted. For a customer that was not
   * pushed, of what it holds already.
   */
  readonly hash: string | null
  readonly fields: readonly FieldName[] | null
  readonly shopifyUpdatedAt: Date | null
  readonly syncedAt: Date | null
  /** Fields that the profile was sent without; null keeps the row's own value. */
  readonly omitted?: readonly Omission[] | null
  /** How the change was heard of that the customer was read for; null keeps what the row says. */
  readonly heard?: LastHeard | null
}

/** What is stored of a customer, and the columns of its row as they are in the table. */
export interface StoredProfile extends KnownProfile {
  readonly row: StoredColumns
}

/** Returns what is stored of these customers; a customer without a row is not in the map. */
export async function findKnownProfiles(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  on: Sql,
): Promise<Map<CustomerId, StoredProfile>> {
  const rows = await rowsOf<KnownRow>(
    {
      name: 'find_known_profiles',
      text: `
      select p.customer_id, p.state, p.code, p.words, p.klaviyo_id, p.sent_to, p.conflicts_with, p.issue_since, p.omitted, p.list_change,
        p.resolved_code, p.resolved_at, p.delivery, p.heard, p.heard_at, p.hash, p.field_set, p.shopify_updated_at, p.read_at, p.synced_at,
        coalesce(p.request = any (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))), false) as in_flight
      from profile p
      where p.shop = $1 and p.customer_id = any($2::bigint[])`,
      values: [shop, customerIds],
    },
    on,
  )
  const names = await fieldSetNames(
    shop,
    rows.flatMap((row) => row.field_set ?? []),
    on,
  )
  return new Map(rows.map((row) => [row.customer_id as CustomerId, toKnownProfile(shop, row, names)]))
}

/**
 * Returns those of these customers whose profile is in sync and was last sent with this hash, whole, and with nothing else to be done about
 * it: nothing follows from a read that shows the same.
 */
export async function findAsSent(
  shop: ShopDomain,
  profiles: readonly { readonly customerId: CustomerId; readonly hash: string }[],
): Promise<Set<CustomerId>> {
  if (profiles.length === 0) return new Set()
  const [row] = await rowsOf<{ ids: string | null }>(
    {
      name: 'find_as_sent',
      // As one text: reading thousands of rows takes longer than everything else here.
      text: `
      select string_agg(p.customer_id::text, ',') as ids
      from unnest($2::bigint[], $3::text[]) as r (customer_id, hash) join profile p on p.shop = $1 and p.customer_id = r.customer_id
      where p.state = 'synced' and p.hash = r.hash and p.omitted is null and p.conflicts_with is null
        and (p.list_change is null or p.list_change = 'join')
        and (p.request is null or p.request <> all (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))))`,
      values: [shop, profiles.map((profile) => profile.customerId), profiles.map((profile) => profile.hash)],
    },
    autocommit,
  )
  return new Set((row?.ids?.split(',') ?? []) as CustomerId[])
}

/**
 * Saves the state of customers. A row that holds a newer customer, or the result of a later read, is not changed. Returns the customers
 * whose rows were written.
 */
export async function saveProfiles(
  shop: ShopDomain,
  rows: readonly ProfileRow[],
  readAt: Date,
  on: Sql,
): Promise<CustomerId[]> {
  if (rows.length === 0) return []
  const sets = rows.map((row) => row.fields)
  const fieldSets = await holdFieldSets(shop, sets, on)
  const ids = rows.map((row) => row.customerId)
  return countingProfiles(shop, ids, () => writeProfiles(shop, rows, { readAt, fieldSets }, on), on)
}

async function writeProfiles(
  shop: ShopDomain,
  rows: readonly ProfileRow[],
  { readAt, fieldSets }: { readAt: Date; fieldSets: readonly (number | null)[] },
  on: Sql,
): Promise<CustomerId[]> {
  const written = await rowsOf<{ customer_id: string }>(
    {
      name: 'save_profiles',
      text: `
        insert into profile as p
          (shop, customer_id, state, code, words, klaviyo_id, hash, field_set, shopify_updated_at, synced_at, conflicts_with, omitted, heard, heard_at, read_at, issue_since)
        select $1, r.*, $2, case when r.state in ('issue', 'excluded') or r.code = 'limit' then $2::timestamptz end
        from unnest($3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::int[], $10::timestamptz[],
            $11::timestamptz[], $12::text[], $13::jsonb[], $14::text[], $15::timestamptz[])
          as r (customer_id, state, code, words, klaviyo_id, hash, field_set, shopify_updated_at, synced_at, conflicts_with, omitted, heard,
            heard_at)
        where not exists (select 1 from tombstone t where t.shop = $1 and t.customer_id = r.customer_id)
        on conflict (shop, customer_id) do update set
          state = excluded.state, code = excluded.code, words = excluded.words, conflicts_with = excluded.conflicts_with,
          klaviyo_id = coalesce(excluded.klaviyo_id, p.klaviyo_id),
          sent_to = case when excluded.klaviyo_id is null then p.sent_to end,
          hash = coalesce(excluded.hash, p.hash), field_set = coalesce(excluded.field_set, p.field_set),
          shopify_updated_at = coalesce(excluded.shopify_updated_at, p.shopify_updated_at),
          synced_at = coalesce(excluded.synced_at, p.synced_at), read_at = excluded.read_at,
          issue_since = case
            when excluded.issue_since is null then null
            when p.state = excluded.state and p.code = excluded.code then coalesce(p.issue_since, p.read_at)
            -- An import was to resolve it, and could not be applied.
            when p.state = 'pending' and p.code is null and p.resolved_code = excluded.code then coalesce(p.issue_since, excluded.read_at)
            else excluded.read_at end,
          resolved_code = case when excluded.issue_since is not null then null
            when excluded.state = 'synced' and (p.state = 'issue' or p.code = 'no_email') then p.code else p.resolved_code end,
          resolved_at = case when excluded.issue_since is not null then null
            when excluded.state = 'synced' and (p.state = 'issue' or p.code = 'no_email') then excluded.read_at else p.resolved_at end,
          heard = coalesce(excluded.heard, p.heard), heard_at = coalesce(excluded.heard_at, p.heard_at),
          omitted = case when excluded.state = 'synced' then nullif(coalesce(excluded.omitted, p.omitted), '[]') end,
          request = null
        where p.read_at <= excluded.read_at
          and (p.shopify_updated_at is null or excluded.shopify_updated_at is null or p.shopify_updated_at <= excluded.shopify_updated_at)
        returning p.customer_id`,
      values: [
        shop,
        readAt,
        rows.map((row) => row.customerId),
        rows.map((row) => row.state),
        rows.map((row) => row.code),
        rows.map((row) => row.words),
        rows.map((row) => row.klaviyoId),
        rows.map((row) => row.hash),
        fieldSets,
        rows.map((row) => row.shopifyUpdatedAt),
        rows.map((row) => row.syncedAt),
        rows.map((row) => row.conflictsWith),
        rows.map((row) => (row.omitted ? JSON.stringify(row.omitted) : null)),
        rows.map((row) => row.heard?.how ?? null),
        rows.map((row) => row.heard?.at ?? null),
      ],
    },
    on,
  )
  return written.map((row) => row.customer_id as CustomerId)
}

/**
 * Makes profiles count as not certain to be in Klaviyo, so that each is sent when it is next read, even if nothing changed: a merchant asked
 * for it, perhaps because the profile was changed in Klaviyo.
 */
export async function distrustProfiles(shop: ShopDomain, customerIds: readonly CustomerId[], on: Sql): Promise<void> {
  await execute(
    sql`update profile set hash = null where shop = ${shop} and customer_id = any(${customerIds}::bigint[]) and state = 'synced'`,
    on,
  )
}

/** The columns of a profile's row that a push changes. */
export type StoredColumns = Pick<
  rows.profile,
  | 'state'
  | 'code'
  | 'words'
  | 'sent_to'
  | 'conflicts_with'
  | 'issue_since'
  | 'resolved_code'
  | 'resolved_at'
  | 'delivery'
  | 'heard'
  | 'heard_at'
  | 'list_change'
  | 'hash'
  | 'field_set'
  | 'shopify_updated_at'
  | 'read_at'
  | 'synced_at'
> & { omitted: readonly Omission[] | null }

type KnownRow = StoredColumns & Pick<rows.profile, 'customer_id' | 'klaviyo_id'> & { in_flight: boolean }

function toKnownProfile(
  shop: ShopDomain,
  row: KnownRow,
  names: ReadonlyMap<number, readonly FieldName[]>,
): StoredProfile {
  return {
    row,
    state: row.state as KnownProfile['state'],
    klaviyoId: row.klaviyo_id,
    sentTo: row.sent_to && openAddress(shop, row.customer_id as CustomerId, row.sent_to),
    futureOnly: row.code === 'future_only',
    omitted: row.omitted ?? [],
    conflictsWith: row.conflicts_with,
    hash: row.hash,
    fields: row.field_set === null ? [] : (names.get(row.field_set) ?? []),
    isNew: row.klaviyo_id === null && row.field_set === null,
    atLimit: row.code === 'limit',
    offList: row.list_change === 'leave' || row.list_change === 'removed',
    shopifyUpdatedAt: row.shopify_updated_at,
    readAt: row.read_at,
    inFlight: row.in_flight ? { hash: row.hash } : null,
  }
}
