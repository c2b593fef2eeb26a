import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { holdFieldSets } from './field-sets.ts'
import { dropCarriedLoyalty, withdrawCarriedLoyalty } from './loyalty-values.ts'
import { addSyncedBefore, countDelivered, countingProfiles, dropSending } from './profile-counts.ts'
import { type StoredColumns, sealedAddress } from './profiles.ts'
import { lockProfiles } from './shops.ts'

/** A Klaviyo bulk import that is being submitted or is running. */
export interface ImportJob {
  readonly id: string
  readonly shop: ShopDomain
  readonly run: string | null
  /** Klaviyo's id of the job; null while the answer to the submission is unknown, in which case the job may be running all the same. */
  readonly klaviyoJob: string | null
  readonly profiles: number
  readonly submittedAt: Date
  readonly checks: number
  /** Klaviyo did not answer this submission although it answered other calls: one of its profiles may make Klaviyo fail. */
  readonly suspect: boolean
}

/** What a job carries of one customer. */
export interface CarriedProfile {
  readonly customerId: CustomerId
  readonly hash: string
  readonly fields: readonly FieldName[]
  readonly updatedAt: Date
  readonly klaviyoId?: string | null
  readonly email?: string
  /** The customer's row before; null or omitted if it had none. */
  readonly before?: StoredColumns | null
}

/**
 * Records, before anything is sent, that a job carries these customers. Their rows are written as they are when the job succeeds. Whatever
 * happens to the answer, they are not sent again until the job is known to have ended.
 */
export async function saveIntendedJob(
  shop: ShopDomain,
  job: { id: string; run: string | null; profiles: readonly CarriedProfile[]; readAt: Date; checkAt: Date },
  now: Date,
  on: Sql,
): Promise<void> {
  const { profiles } = job
  const ids = profiles.map((profile) => profile.customerId)
  const syncedBefore = profiles.map(({ before }) => before?.synced_at ?? null)
  const awaitsIds = profiles.some(({ klaviyoId }) => klaviyoId == null)
  await execute(
    sql`insert into import_job (id, shop, run, profiles, customers, synced_before, awaits_ids, submitted_at, next_check_at)
        values (${job.id}::uuid, ${shop}, ${job.run}::uuid, ${profiles.length}, ${ids}::bigint[], ${syncedBefore}::timestamptz[],
          ${awaitsIds}, ${now}, ${job.checkAt})`,
    on,
  )
  await countingProfiles(shop, ids, () => writeCarried(shop, job, now, on), on)
  await addSyncedBefore(shop, job.id, syncedBefore.filter((at) => at !== null).length, on)
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
        insert into profile as p (shop, customer_id, state, shopify_updated_at, read_at, request, hash, field_set, sent_to, synced_at)
        select $1, c.customer_id, 'synced', c.updated_at, $2, $3::uuid, c.hash, c.field_set, c.sent_to, $9
        from unnest($4::bigint[], $5::timestamptz[], $6::text[], $7::int[], $8::text[])
          as c (customer_id, updated_at, hash, field_set, sent_to)
        where not exists (select 1 from tombstone t where t.shop = $1 and t.customer_id = c.customer_id)
        on conflict (shop, customer_id) do update set
          state = excluded.state, code = null, words = null, conflicts_with = null, issue_since = null, omitted = null,
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
      ],
    },
    on,
  )
}

/** Records that Klaviyo accepted the job. `profiles` is the number it accepted. */
export async function saveAcceptedJob(
  shop: ShopDomain,
  job: { id: string; klaviyoJob: string; profiles: number; checkAt: Date },
  on: Sql,
): Promise<void> {
  await execute(
    sql`update import_job set klaviyo_job = ${job.klaviyoJob}, profiles = ${job.profiles}, next_check_at = ${job.checkAt}
        where shop = ${shop} and id = ${job.id}::uuid`,
    on,
  )
}

/** Records that Klaviyo did not answer this import although it answers other calls. */
export async function saveSuspect(shop: ShopDomain, jobId: string): Promise<void> {
  await execute(sql`update import_job set suspect = true where shop = ${shop} and id = ${jobId}::uuid`)
}

/** Returns the jobs that are due to be checked, oldest first. Jobs of runs are included only if `ofRuns` is set. */
export async function listDueJobs(
  shop: ShopDomain,
  { ofRuns, now }: { ofRuns: boolean; now: Date },
): Promise<ImportJob[]> {
  const rows = await rowsOf<JobRow>(sql`
    select id, shop, run, klaviyo_job, profiles, submitted_at, checks, suspect from import_job
    where shop = ${shop} and next_check_at <= ${now} and (${ofRuns} or run is null) order by submitted_at limit 50`)
  return rows.map((row) => ({
    id: row.id,
    shop: row.shop as ShopDomain,
    run: row.run,
    klaviyoJob: row.klaviyo_job,
    profiles: row.profiles,
    submittedAt: row.submitted_at,
    checks: row.checks,
    suspect: row.suspect,
  }))
}

export async function saveNextCheck(shop: ShopDomain, jobId: string, at: Date): Promise<void> {
  await execute(
    sql`update import_job set checks = checks + 1, next_check_at = ${at} where shop = ${shop} and id = ${jobId}::uuid`,
  )
}

/** Returns how many of a run's imports are not settled: all of them, or only those whose submission was never answered. */
export async function countRunJobs(shop: ShopDomain, run: string, which: 'all' | 'unanswered'): Promise<number> {
  const [row] = await rowsOf<{ jobs: number }>(sql`
    select count(*)::int as jobs from import_job
    where shop = ${shop} and run = ${run}::uuid and (${which === 'all'} or klaviyo_job is null)`)
  return row?.jobs ?? 0
}

/** Returns how many of a shop's imports are not settled. */
export async function countJobs(shop: ShopDomain, on?: Sql): Promise<number> {
  const [row] = await rowsOf<{ jobs: number }>(
    sql`select count(*)::int as jobs from import_job where shop = ${shop}`,
    on,
  )
  return row?.jobs ?? 0
}

/**
 * Settles a finished job: the customers it carried are in sync, except those it failed for, to which it applied nothing. Only the rows of
 * these are written. Returns how many are in sync.
 */
export async function settleJob(
  shop: ShopDomain,
  jobId: string,
  failed: readonly CustomerId[],
  now: Date,
  on: Sql,
): Promise<number> {
  await lockProfiles(shop, on)
  if (failed.length > 0) await removeFromJob(shop, jobId, failed, on)
  const sentAt = await deleteJob(shop, jobId, on)
  return sentAt ? countDelivered(shop, { job: jobId, sentAt, now }, on) : 0
}

/**
 * Takes customers out of a job, because it does not contain them or could not apply them. They count as not sent, and fields that it may
 * have written can still be cleared.
 */
export async function removeFromJob(
  shop: ShopDomain,
  jobId: string,
  customers: readonly CustomerId[],
  on: Sql,
): Promise<void> {
  const statement = sql`
    update profile p set state = 'pending', code = null, hash = null, request = null, synced_at = c.synced_at
    from import_job j cross join lateral unnest(j.customers, j.synced_before) as c (customer_id, synced_at)
    where j.shop = ${shop} and j.id = ${jobId}::uuid and p.shop = j.shop and p.customer_id = c.customer_id and p.request = j.id
      and p.customer_id = any(${customers}::bigint[])`
  await countingProfiles(shop, customers, () => execute(statement, on), on)
}

/** Returns the customers a job carries, with their profiles' Klaviyo ids (null where unknown). */
export async function listCarriedCustomers(
  shop: ShopDomain,
  jobId: string,
  on?: Sql,
): Promise<{ customerId: CustomerId; klaviyoId: string | null }[]> {
  const rows = await rowsOf<{ customer_id: string; klaviyo_id: string | null }>(
    sql`
    select p.customer_id, p.klaviyo_id from import_job j cross join lateral unnest(j.customers) as c (customer_id)
      join profile p on p.shop = j.shop and p.customer_id = c.customer_id and p.request = j.id
    where j.shop = ${shop} and j.id = ${jobId}::uuid`,
    on,
  )
  return rows.map((row) => ({ customerId: row.customer_id as CustomerId, klaviyoId: row.klaviyo_id }))
}

/** Removes the customers from a job that Klaviyo did not accept. Nothing was applied, so each row becomes what it was before. */
export async function withdrawJob(
  shop: ShopDomain,
  jobId: string,
  profiles: readonly Pick<CarriedProfile, 'customerId' | 'before'>[],
  on: Sql,
): Promise<void> {
  await execute(
    sql`update sync_run r set created = r.created - j.created from import_job j
        where j.shop = ${shop} and j.id = ${jobId}::uuid and r.shop = j.shop and r.id = j.run`,
    on,
  )
  const ids = profiles.map(({ customerId }) => customerId)
  await countingProfiles(shop, ids, () => restoreProfiles(shop, jobId, profiles, on), on)
  await dropSending(shop, jobId, on)
  await withdrawCarriedLoyalty(shop, jobId, on)
  await deleteJob(shop, jobId, on)
}

async function restoreProfiles(
  shop: ShopDomain,
  jobId: string,
  profiles: readonly Pick<CarriedProfile, 'customerId' | 'before'>[],
  on: Sql,
): Promise<void> {
  const created = profiles.filter(({ before }) => !before).map(({ customerId }) => customerId)
  await execute(
    sql`delete from profile where shop = ${shop} and request = ${jobId}::uuid and customer_id = any(${created}::bigint[])`,
    on,
  )
  const known = profiles.flatMap(({ customerId, before }) => (before ? { customer_id: customerId, ...before } : []))
  if (known.length === 0) return
  // One JSON text is shorter than fourteen arrays, and this is rare.
  await execute(
    sql`
    update profile p set state = b.state, code = b.code, words = b.words, sent_to = b.sent_to, conflicts_with = b.conflicts_with,
      issue_since = b.issue_since, omitted = b.omitted, list_change = b.list_change, hash = b.hash, field_set = b.field_set,
      shopify_updated_at = b.shopify_updated_at, read_at = b.read_at, synced_at = b.synced_at, request = null
    from jsonb_to_recordset(${JSON.stringify(known)}::jsonb) as b (customer_id bigint, state text, code text, words text, sent_to text,
      conflicts_with text, issue_since timestamptz, omitted jsonb, list_change text, hash text, field_set int,
      shopify_updated_at timestamptz, read_at timestamptz, synced_at timestamptz)
    where p.shop = ${shop} and p.customer_id = b.customer_id and p.request = ${jobId}::uuid`,
    on,
  )
}

/**
 * Removes the customers from a job of which it is unknown what it applied. Their hashes are cleared, so that each is pushed when it is next
 * read, and all fields that the job may have written count as delivered. Returns the customers.
 */
export async function forgetJob(shop: ShopDomain, jobId: string, on: Sql): Promise<CustomerId[]> {
  await lockProfiles(shop, on)
  const customers = (await listCarriedCustomers(shop, jobId, on)).map(({ customerId }) => customerId)
  await removeFromJob(shop, jobId, customers, on)
  await dropSending(shop, jobId, on)
  await deleteJob(shop, jobId, on)
  return customers
}

/** Deletes the records of a shop's jobs, because the account in which they run is no longer connected. The profile rows go as well. */
export async function deleteAllJobs(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from import_job where shop = ${shop}`, on)
}

/** Returns when the job was submitted; null if it was deleted before. */
async function deleteJob(shop: ShopDomain, jobId: string, on: Sql): Promise<Date | null> {
  await dropCarriedLoyalty(shop, jobId, on)
  const [row] = await rowsOf<{ submitted_at: Date }>(
    sql`delete from import_job where shop = ${shop} and id = ${jobId}::uuid returning submitted_at`,
    on,
  )
  return row?.submitted_at ?? null
}

interface JobRow {
  id: string
  shop: string
  run: string | null
  klaviyo_job: string | null
  profiles: number
  submitted_at: Date
  checks: number
  suspect: boolean
}
