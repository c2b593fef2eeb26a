import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import { holdFieldSets } from './field-sets.ts'
import { dropCarriedLoyalty, withdrawCarriedLoyalty } from './loyalty-values.ts'
import { sealedAddress } from './profiles.ts'
import { holdOffErasures } from './shops.ts'

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
}

/**
 * Records, before anything is sent, that a job carries these customers. Whatever happens to the answer, they are not sent again until the
 * job is known to have ended.
 */
export async function saveIntendedJob(
  shop: ShopDomain,
  job: { id: string; run: string | null; profiles: readonly CarriedProfile[]; readAt: Date; checkAt: Date },
  now: Date,
  on: Sql,
): Promise<void> {
  const { profiles } = job
  await holdOffErasures(shop, on)
  const fieldSets = await holdFieldSets(
    shop,
    profiles.map((profile) => profile.fields),
    on,
  )
  await execute(
    sql`insert into import_job (id, shop, run, profiles, submitted_at, next_check_at)
        values (${job.id}::uuid, ${shop}, ${job.run}::uuid, ${profiles.length}, ${now}, ${job.checkAt})`,
    on,
  )
  await execute(
    {
      name: 'save_carried_profiles',
      text: `
        insert into profile as p (shop, customer_id, state, shopify_updated_at, read_at, import_job, sent_hash, sent_field_set, sent_to)
        select $1, c.customer_id, 'pending', c.updated_at, $2, $3::uuid, c.hash, c.field_set, c.sent_to
        from unnest($4::bigint[], $5::timestamptz[], $6::text[], $7::int[], $8::text[])
          as c (customer_id, updated_at, hash, field_set, sent_to)
        where not exists (select 1 from tombstone t where t.shop = $1 and t.customer_id = c.customer_id)
        on conflict (shop, customer_id) do update set
          shopify_updated_at = excluded.shopify_updated_at, read_at = excluded.read_at,
          import_job = excluded.import_job, sent_hash = excluded.sent_hash, sent_field_set = excluded.sent_field_set,
          sent_to = case when p.klaviyo_id is null then coalesce(excluded.sent_to, p.sent_to) end`,
      values: [
        shop,
        job.readAt,
        job.id,
        profiles.map((profile) => profile.customerId),
        profiles.map((profile) => profile.updatedAt),
        profiles.map((profile) => profile.hash),
        fieldSets,
        profiles.map((profile) => sealedAddress(shop, profile)),
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
 * Settles a finished job: the customers it carried are in sync, except those it failed for, to which it applied nothing. Returns how many
 * are in sync.
 */
export async function settleJob(
  shop: ShopDomain,
  jobId: string,
  failed: readonly CustomerId[],
  now: Date,
  on: Sql,
): Promise<number> {
  if (failed.length > 0) {
    await execute(
      sql`update profile set import_job = null, sent_hash = null, sent_field_set = null, code = nullif(code, 'limit')
          where shop = ${shop} and import_job = ${jobId}::uuid and customer_id = any(${failed}::bigint[])`,
      on,
    )
  }
  const synced = await execute(
    sql`update profile set state = 'synced', code = null, words = null, hash = sent_hash, field_set = sent_field_set,
          omitted = null, conflicts_with = null, synced_at = ${now}, import_job = null, sent_hash = null, sent_field_set = null
        where shop = ${shop} and import_job = ${jobId}::uuid`,
    on,
  )
  await deleteJob(shop, jobId, on)
  return synced
}

/** Returns the customers a job carries, with their profiles' Klaviyo ids (null where unknown). */
export async function listCarriedCustomers(
  shop: ShopDomain,
  jobId: string,
): Promise<{ customerId: CustomerId; klaviyoId: string | null }[]> {
  const rows = await rowsOf<{ customer_id: string; klaviyo_id: string | null }>(sql`
    select customer_id, klaviyo_id from profile where shop = ${shop} and import_job = ${jobId}::uuid`)
  return rows.map((row) => ({ customerId: row.customer_id as CustomerId, klaviyoId: row.klaviyo_id }))
}

/** Removes the customers from a job that Klaviyo did not accept. Nothing was applied, so everything is as it was before. */
export async function withdrawJob(shop: ShopDomain, jobId: string, on: Sql): Promise<void> {
  await execute(
    sql`update sync_run r set created = r.created - j.created from import_job j
        where j.shop = ${shop} and j.id = ${jobId}::uuid and r.shop = j.shop and r.id = j.run`,
    on,
  )
  await execute(
    sql`delete from profile where shop = ${shop} and import_job = ${jobId}::uuid and state = 'pending' and hash is null
          and field_set is null and code is distinct from 'limit'`,
    on,
  )
  await execute(
    sql`update profile set import_job = null, sent_hash = null, sent_field_set = null,
          list_change = case when field_set is null then null else list_change end
        where shop = ${shop} and import_job = ${jobId}::uuid`,
    on,
  )
  await withdrawCarriedLoyalty(shop, jobId, on)
  await deleteJob(shop, jobId, on)
}

/**
 * Removes the customers from a job of which it is unknown what it applied. Their hashes are cleared, so that each is pushed when it is next
 * read, and all fields that the job may have written count as delivered. Returns the customers.
 */
export async function forgetJob(shop: ShopDomain, jobId: string, on: Sql): Promise<CustomerId[]> {
  const rows = await rowsOf<{ customer_id: string }>(
    sql`update profile set hash = null, field_set = sent_field_set, import_job = null, sent_hash = null, sent_field_set = null,
          code = nullif(code, 'limit')
        where shop = ${shop} and import_job = ${jobId}::uuid returning customer_id`,
    on,
  )
  await deleteJob(shop, jobId, on)
  return rows.map((row) => row.customer_id as CustomerId)
}

/** Forgets every job of a shop. Used when the account in which they run is no longer connected. */
export async function forgetAllJobs(shop: ShopDomain, on?: Sql): Promise<void> {
  await execute(
    sql`update profile set hash = null, field_set = sent_field_set, import_job = null, sent_hash = null, sent_field_set = null,
          code = nullif(code, 'limit')
        where shop = ${shop} and import_job is not null`,
    on,
  )
  await execute(sql`delete from import_job where shop = ${shop}`, on)
}

async function deleteJob(shop: ShopDomain, jobId: string, on: Sql): Promise<void> {
  await dropCarriedLoyalty(shop, jobId, on)
  await execute(sql`delete from import_job where shop = ${shop} and id = ${jobId}::uuid`, on)
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
