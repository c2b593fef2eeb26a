import { isSuperseded } from '#app/core/flow/decision.ts'
import type { Heard, LastHeard } from '#app/core/flow/heard.ts'
import type { RequestPayloads } from '#app/core/flow/outbox.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import type { Omission } from '#app/core/profile/omission.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import { forgetDeliveries } from './deliveries.ts'
import { holdFieldSets } from './field-sets.ts'
import type * as rows from './generated/rows.ts'
import { dropCarriedLoyalty, releaseCarriedLoyalty, withdrawCarriedLoyalty } from './loyalty-values.ts'
import type { OutboxRequest } from './outbox.ts'
import { sealedAddress } from './profile-addresses.ts'
import { addSyncedBefore, countDelivered, countingProfiles, dropSending } from './profile-counts.ts'
import { findKnownProfiles, type StoredColumns } from './profiles.ts'
import { lockProfiles } from './shops.ts'

/** A Klaviyo bulk import that is being submitted or is running. */
export type ImportRequest = OutboxRequest<'import' | 'run_import'>

/** What an import carries of one customer. */
export interface CarriedProfile {
  readonly customerId: CustomerId
  readonly hash: string
  readonly fields: readonly FieldName[]
  readonly updatedAt: Date
  readonly klaviyoId?: string | null
  readonly email?: string
  /** Fields that the profile is sent without. */
  readonly omitted?: readonly Omission[]
  /** How the change was heard of that is sent; null in a run. */
  readonly heard?: LastHeard | null
}

/** The rows of an import's customers as they were before; a customer that had none is not in the map. */
export type RowsBefore = ReadonlyMap<CustomerId, StoredColumns>

/**
 * Records, before anything is sent, that an import carries these customers. Returns their rows as they were, for `withdrawImport`. Their rows are written as they are when the import succeeds. Whatever
 * happens to the answer, they are not sent again until the import is known to have ended.
 */
export async function saveIntendedImport(
  shop: ShopDomain,
  job: { id: string; run: string | null; profiles: readonly CarriedProfile[]; readAt: Date; checkAt: Date },
  now: Date,
  on: Sql,
): Promise<RowsBefore> {
  const { profiles } = job
  const ids = profiles.map((profile) => profile.customerId)
  await lockProfiles(shop, on)
  const before = await findRowsBefore(shop, job, on)
  const syncedBefore = ids.map((id) => before.get(id)?.synced_at ?? null)
  const payload: RequestPayloads['import'] = {
    run: job.run,
    profiles: profiles.length,
    created: 0,
    awaitsIds: profiles.some(({ klaviyoId }) => klaviyoId == null),
    suspect: false,
  }
  await execute(
    sql`insert into outbox (shop, id, kind, subject, payload, customers, synced_before, not_before, created_at)
        values (${shop}, ${job.id}::uuid, ${job.run === null ? 'import' : 'run_import'}, ${job.id}, ${JSON.stringify(payload)}::jsonb,
          ${ids}::bigint[], ${syncedBefore}::timestamptz[], ${job.checkAt}, ${now})`,
    on,
  )
  await forgetDeliveries(shop, ids, on)
  await countingProfiles(shop, ids, () => writeCarried(shop, job, now, on), on)
  await addSyncedBefore(shop, job.id, syncedBefore.filter((at) => at !== null).length, on)
  return before
}

/** Throws if another worker has sent one of the customers meanwhile, or has read it later: then the batch is decided on again. */
async function findRowsBefore(
  shop: ShopDomain,
  { profiles, readAt }: { profiles: readonly CarriedProfile[]; readAt: Date },
  on: Sql,
): Promise<RowsBefore> {
  const ids = profiles.map((profile) => profile.customerId)
  const known = await findKnownProfiles(shop, ids, on)
  for (const { customerId, updatedAt } of profiles) {
    const stored = known.get(customerId)
    if (stored && (stored.inFlight || isSuperseded(updatedAt, readAt, stored)))
      throw new Error(`Customer ${customerId} of ${shop} was sent or read by another worker meanwhile`)
  }
  return new Map([...known].map(([customerId, { row }]) => [customerId, row]))
}

async function writeCarried(
  shop: ShopDomain,
  { id, profiles, readAt }: { id: string; profiles: readonly CarriedProfile[]; readAt: Date },
  now: Date,
  on: Sql,
): Promise<void> {
  const fieldSets = await holdFieldSets(
    shop,
    profiles.map((profile) => profile.fields),
    on,
  )
  await execute(
    {
      name: 'save_carried_profiles',
      text: `
        insert into profile as p (shop, customer_id, state, shopify_updated_at, read_at, request, delivery, hash, field_set, sent_to, synced_at, omitted, heard,
          heard_at)
        select $1, c.customer_id, 'synced', c.updated_at, $2, $3::uuid, $3::uuid, c.hash, c.field_set, c.sent_to, $9, c.omitted, c.heard, c.heard_at
        from unnest($4::bigint[], $5::timestamptz[], $6::text[], $7::int[], $8::text[], $10::jsonb[], $11::text[], $12::timestamptz[])
          as c (customer_id, updated_at, hash, field_set, sent_to, omitted, heard, heard_at)
        where not exists (select 1 from tombstone t where t.shop = $1 and t.customer_id = c.customer_id)
        on conflict (shop, customer_id) do update set
          state = excluded.state, code = null, words = null, conflicts_with = null, omitted = excluded.omitted,
          issue_since = case when p.state = 'issue' or p.code = 'no_email' then p.issue_since end,
          resolved_code = case when p.state = 'issue' or p.code = 'no_email' then p.code else p.resolved_code end,
          resolved_at = case when p.state = 'issue' or p.code = 'no_email' then $9 else p.resolved_at end,
          delivery = excluded.delivery, heard = coalesce(excluded.heard, p.heard), heard_at = coalesce(excluded.heard_at, p.heard_at),
          shopify_updated_at = excluded.shopify_updated_at, read_at = excluded.read_at, synced_at = excluded.synced_at,
          request = excluded.request, hash = excluded.hash, field_set = excluded.field_set,
          sent_to = case when p.klaviyo_id is null then coalesce(excluded.sent_to, p.sent_to) end`,
      values: [
        shop,
        readAt,
        id,
        profiles.map((profile) => profile.customerId),
        profiles.map((profile) => profile.updatedAt),
        profiles.map((profile) => profile.hash),
        fieldSets,
        profiles.map((profile) => sealedAddress(shop, profile)),
        now,
        profiles.map(({ omitted = [] }) => (omitted.length > 0 ? JSON.stringify(omitted) : null)),
        profiles.map(({ heard }) => heard?.how ?? null),
        profiles.map(({ heard }) => heard?.at ?? null),
      ],
    },
    on,
  )
}

/** Records that Klaviyo accepted the import. `profiles` is the number it accepted. */
export async function saveAcceptedImport(
  shop: ShopDomain,
  job: { id: string; klaviyoJob: string; profiles: number; checkAt: Date },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update outbox set remote_id = ${job.klaviyoJob}, state = 'sent', not_before = ${job.checkAt},
          payload = jsonb_set(payload, '{profiles}', to_jsonb(${job.profiles}::int))
        where shop = ${shop} and id = ${job.id}::uuid`,
    on,
  )
}

/** Records when the changes were heard that imports carry, by the second, so that it is known how long they took once an import ends. */
export async function saveHeard(
  shop: ShopDomain,
  jobs: readonly string[],
  heard: readonly { readonly customerId: CustomerId; readonly heardAt: Date }[],
  on: Sql,
): Promise<void> {
  if (jobs.length === 0 || heard.length === 0) return
  await execute(
    sql`
    update outbox o set payload = jsonb_set(o.payload, '{heard}', f.heard)
    from (
      select t.id, jsonb_agg(jsonb_build_array(t.second, t.changes)) as heard from (
        select j.id, floor(extract(epoch from m.heard_at))::bigint as second, count(*) as changes
        from outbox j cross join lateral unnest(j.customers) as c (customer_id)
          join unnest(${heard.map((one) => one.customerId)}::bigint[], ${heard.map((one) => one.heardAt)}::timestamptz[])
            as m (customer_id, heard_at) on m.customer_id = c.customer_id
        where j.shop = ${shop} and j.id = any(${jobs}::uuid[]) group by 1, 2) as t
      group by t.id) as f
    where o.shop = ${shop} and o.id = f.id`,
    on,
  )
}

/** Records that Klaviyo did not answer this import although it answers other calls. */
export async function saveSuspect(shop: ShopDomain, id: string): Promise<void> {
  await execute(
    sql`update outbox set payload = jsonb_set(payload, '{suspect}', 'true') where shop = ${shop} and id = ${id}::uuid`,
    autocommit,
  )
}

/** Returns how many of a run's imports are not settled: all of them, or only those whose submission was never answered. */
export async function countRunImports(shop: ShopDomain, run: string, which: 'all' | 'unanswered'): Promise<number> {
  const [row] = await rowsOf<{ imports: number }>(
    sql`
    select count(*)::int as imports from outbox
    where shop = ${shop} and kind = 'run_import' and payload->>'run' = ${run} and (${which === 'all'} or state = 'written')`,
    autocommit,
  )
  return row?.imports ?? 0
}

/** Returns when the oldest import of changes was submitted that is not settled; null if there is none. */
export async function findOldestImport(shop: ShopDomain): Promise<Date | null> {
  const [row] = await rowsOf<{ oldest: Date | null }>(
    sql`select min(created_at) as oldest from outbox where shop = ${shop} and kind = 'import'`,
    autocommit,
  )
  return row?.oldest ?? null
}

/** Returns how many of a shop's imports are not settled. */
export async function countImports(shop: ShopDomain, on: Sql): Promise<number> {
  const [row] = await rowsOf<{ imports: number }>(
    sql`select count(*)::int as imports from outbox where shop = ${shop} and kind in ('import', 'run_import')`,
    on,
  )
  return row?.imports ?? 0
}

/**
 * Settles a finished import: the customers it carried are in sync, except those it failed for, to which it applied nothing. Only the rows of
 * these are written. Returns how many are in sync.
 */
export async function settleImport(
  shop: ShopDomain,
  importId: string,
  failed: readonly CustomerId[],
  now: Date,
  on: Sql,
): Promise<number> {
  await lockProfiles(shop, on)
  if (failed.length > 0) await removeFromImport(shop, importId, failed, on)
  const sentAt = await deleteImport(shop, importId, on)
  return sentAt ? countDelivered(shop, { job: importId, sentAt, now }, on) : 0
}

/**
 * Takes customers out of an import, because it does not contain them or could not apply them. They count as not sent, and fields that it may
 * have written can still be cleared.
 */
export async function removeFromImport(
  shop: ShopDomain,
  importId: string,
  customers: readonly CustomerId[],
  on: Sql,
): Promise<void> {
  const statement = sql`
    update profile p set state = 'pending', code = null, hash = null, request = null, synced_at = c.synced_at
    from outbox j cross join lateral unnest(j.customers, j.synced_before) as c (customer_id, synced_at)
    where j.shop = ${shop} and j.id = ${importId}::uuid and p.shop = j.shop and p.customer_id = c.customer_id and p.request = j.id
      and p.customer_id = any(${customers}::bigint[])`
  await countingProfiles(shop, customers, () => execute(statement, on), on)
}

/** Returns the customers an import carries, with their profiles' Klaviyo ids (null where unknown). */
export async function listCarriedCustomers(
  shop: ShopDomain,
  importId: string,
  on: Sql,
): Promise<{ customerId: CustomerId; klaviyoId: string | null }[]> {
  const rows = await rowsOf<{ customer_id: string; klaviyo_id: string | null }>(
    sql`
    select p.customer_id, p.klaviyo_id from outbox j cross join lateral unnest(j.customers) as c (customer_id)
      join profile p on p.shop = j.shop and p.customer_id = c.customer_id and p.request = j.id
    where j.shop = ${shop} and j.id = ${importId}::uuid`,
    on,
  )
  return rows.map((row) => ({ customerId: row.customer_id as CustomerId, klaviyoId: row.klaviyo_id }))
}

/** Returns how and when the last change was heard of each of these customers that an import carries; null for one of which none was. */
export async function findCarriedHeard(
  shop: ShopDomain,
  importId: string,
  customers: readonly CustomerId[],
  on: Sql,
): Promise<(LastHeard | null)[]> {
  const found = await rowsOf<{ how: Heard | null; at: Date | null }>(
    sql`
    select p.heard as how, p.heard_at as at from unnest(${customers}::bigint[]) with ordinality as c (customer_id, position)
      left join profile p on p.shop = ${shop} and p.customer_id = c.customer_id and p.request = ${importId}::uuid
    order by c.position`,
    on,
  )
  return found.map(({ how, at }) => (how && at ? { how, at } : null))
}

/** Removes the customers from an import that Klaviyo did not accept. Nothing was applied, so each row becomes what it was before. */
export async function withdrawImport(
  shop: ShopDomain,
  importId: string,
  { customers, before }: { customers: readonly CustomerId[]; before: RowsBefore },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update sync_run r set created = r.created - (j.payload->>'created')::int from outbox j
        where j.shop = ${shop} and j.id = ${importId}::uuid and r.shop = ${shop} and r.id = (j.payload->>'run')::uuid`,
    on,
  )
  await execute(
    sql`update shop set retry_created = greatest(retry_created - (j.payload->>'retried')::int, 0) from outbox j
        where j.shop = ${shop} and j.id = ${importId}::uuid and domain = ${shop} and j.payload ? 'retried'`,
    on,
  )
  await countingProfiles(shop, customers, () => restoreProfiles(shop, importId, { customers, before }, on), on)
  await dropSending(shop, importId, on)
  await withdrawCarriedLoyalty(shop, importId, on)
  await deleteImport(shop, importId, on)
}

async function restoreProfiles(
  shop: ShopDomain,
  importId: string,
  { customers, before }: { customers: readonly CustomerId[]; before: RowsBefore },
  on: Sql,
): Promise<void> {
  const created = customers.filter((customerId) => !before.has(customerId))
  await execute(
    sql`delete from profile where shop = ${shop} and request = ${importId}::uuid and customer_id = any(${created}::bigint[])`,
    on,
  )
  const known = [...before].map(([customer_id, row]) => ({ customer_id, ...row }))
  if (known.length === 0) return
  // One JSON text is shorter than fourteen arrays, and this is rare. A change of the list that came meanwhile stays.
  await execute(
    sql`
    update profile p set state = b.state, code = b.code, words = b.words, sent_to = b.sent_to, conflicts_with = b.conflicts_with,
      issue_since = b.issue_since, resolved_code = b.resolved_code, resolved_at = b.resolved_at, heard = b.heard, heard_at = b.heard_at, omitted = b.omitted, hash = b.hash, field_set = b.field_set,
      list_change = case when p.list_change = 'join' and b.list_change is null then null else p.list_change end,
      shopify_updated_at = b.shopify_updated_at, read_at = b.read_at, synced_at = b.synced_at, request = null
    from jsonb_to_recordset(${JSON.stringify(known)}::jsonb) as b (customer_id bigint, state text, code text, words text, sent_to text,
      conflicts_with text, issue_since timestamptz, resolved_code text, resolved_at timestamptz, heard text, heard_at timestamptz, omitted jsonb, list_change text, hash text, field_set int,
      shopify_updated_at timestamptz, read_at timestamptz, synced_at timestamptz)
    where p.shop = ${shop} and p.customer_id = b.customer_id and p.request = ${importId}::uuid`,
    on,
  )
}

/**
 * Removes the customers from an import of which it is unknown what it applied. Their hashes are cleared, so that each is pushed when it is next
 * read, and all fields that the import may have written count as delivered. Returns the customers.
 */
export async function forgetImport(shop: ShopDomain, importId: string, on: Sql): Promise<CustomerId[]> {
  await lockProfiles(shop, on)
  const customers = (await listCarriedCustomers(shop, importId, on)).map(({ customerId }) => customerId)
  await removeFromImport(shop, importId, customers, on)
  await dropSending(shop, importId, on)
  await releaseCarriedLoyalty(shop, importId, on)
  await deleteImport(shop, importId, on)
  return customers
}

/** Returns when the import was submitted; null if it was deleted before. */
async function deleteImport(shop: ShopDomain, id: string, on: Sql): Promise<Date | null> {
  await dropCarriedLoyalty(shop, id, on)
  const [row] = await rowsOf<Pick<rows.outbox, 'created_at'>>(
    sql`delete from outbox where shop = ${shop} and id = ${id}::uuid returning created_at`,
    on,
  )
  return row?.created_at ?? null
}
