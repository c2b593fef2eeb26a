import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { lockProfiles } from './shops.ts'

// A million rows cannot be counted each time a page is shown, so every transaction that writes profile rows adds what it changes. A profile
// in an open import is in none of the row's own states: it counts under `sending`, with the id of the import as the code, until the import
// is settled.
const SENDING = 'sending'
/** Minutes are deleted after this time (retention-rules.ts). */
const MINUTES_KEPT_MS = 25 * 60 * 60_000

/**
 * Runs `write`, which writes profile rows of these customers in the transaction `on`, and adds what it changes to the shop's counts. Until
 * the transaction ends, no other one writes profile rows of the shop. Returns what `write` returns.
 */
export async function countingProfiles<Result>(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  write: () => Promise<Result>,
  on: Sql,
): Promise<Result> {
  await lockProfiles(shop, on)
  const before = await countRows(shop, customerIds, on)
  const result = await write()
  const after = await countRows(shop, customerIds, on)
  await addToCounts(shop, [...before.map(negated), ...after], on)
  return result
}

/**
 * Counts all profile rows of a shop again: after a statement that has written every one of them, and at the end of a run, so that no
 * mistake of a count stays. To be called while the shop's profiles are locked.
 */
export async function recountProfiles(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(sql`delete from profile_count where shop = ${shop} and state <> ${SENDING}`, on)
  await execute(sql`delete from synced_minute where shop = ${shop}`, on)
  const rows = (await countRows(shop, null, on)).filter(({ state }) => state !== SENDING)
  const isKept = (minute: Date | null) => minute !== null && minute.getTime() > now.getTime() - MINUTES_KEPT_MS
  await addToCounts(
    shop,
    rows.map((row) => ({ ...row, minute: isKept(row.minute) ? row.minute : null })),
    on,
  )
}

/** Deletes all counts of a shop whose profile rows are deleted. */
export async function deleteCounts(shop: ShopDomain, on: Sql): Promise<void> {
  await execute(sql`delete from profile_count where shop = ${shop}`, on)
  await execute(sql`delete from synced_minute where shop = ${shop}`, on)
}

/** Of the profiles that an import carries, `profiles` were in sync at some time before. They still count as such while it is open. */
export async function addSyncedBefore(shop: ShopDomain, job: string, profiles: number, on: Sql): Promise<void> {
  const row = { state: SENDING, code: job, minute: null, profiles: 0, ever_synced: profiles, last_synced_at: null }
  if (profiles > 0) await addToCounts(shop, [row], on)
}

/**
 * Counts the profiles that an import still carries as synced: in the minute in which they were sent, and last at `now`. Returns how many
 * they are.
 */
export async function countDelivered(
  shop: ShopDomain,
  { job, sentAt, now }: { job: string; sentAt: Date; now: Date },
  on: Sql,
): Promise<number> {
  const profiles = await dropSending(shop, job, on)
  const minute = new Date(Math.floor(sentAt.getTime() / 60_000) * 60_000)
  const row = { state: 'synced', code: '', minute, profiles, ever_synced: profiles, last_synced_at: now }
  if (profiles > 0) await addToCounts(shop, [row], on)
  return profiles
}

/** Drops the count of the profiles that an import carries. Returns how many they were. */
export async function dropSending(shop: ShopDomain, job: string, on: Sql): Promise<number> {
  const [row] = await rowsOf<{ profiles: number }>(
    sql`delete from profile_count where shop = ${shop} and state = ${SENDING} and code = ${job} returning profiles`,
    on,
  )
  return row?.profiles ?? 0
}

interface CountRow {
  readonly state: string
  readonly code: string
  /** The minute in which these were synced; null if they never were, or are being sent. */
  readonly minute: Date | null
  readonly profiles: number
  readonly ever_synced: number
  readonly last_synced_at: Date | null
}

const COUNT_ROWS = `
  select case when r.sending then '${SENDING}' else r.state end as state,
    case when r.sending then r.request::text else coalesce(r.code, '') end as code,
    case when not r.sending then date_trunc('minute', r.synced_at) end as minute,
    count(*)::int as profiles, (count(r.synced_at) filter (where not r.sending))::int as ever_synced,
    max(r.synced_at) filter (where not r.sending) as last_synced_at
  from (
    select p.*, coalesce(p.request = any (array(select j.id from outbox j where j.shop = $1 and j.kind in ('import', 'run_import'))), false) as sending
    from profile p where p.shop = $1` as const

/** Counts the rows of these customers, or (null) of all. */
async function countRows(shop: ShopDomain, customerIds: readonly CustomerId[] | null, on: Sql): Promise<CountRow[]> {
  if (customerIds === null)
    return rowsOf<CountRow>({ text: `${COUNT_ROWS}) as r group by 1, 2, 3`, values: [shop] }, on)
  return rowsOf<CountRow>(
    {
      name: 'count_profile_rows',
      text: `${COUNT_ROWS} and p.customer_id = any($2::bigint[])) as r group by 1, 2, 3`,
      values: [shop, customerIds],
    },
    on,
  )
}

function negated(row: CountRow): CountRow {
  return { ...row, profiles: -row.profiles, ever_synced: -row.ever_synced, last_synced_at: null }
}

async function addToCounts(shop: ShopDomain, rows: readonly CountRow[], on: Sql): Promise<void> {
  if (rows.length === 0) return
  await execute(
    sql`
    insert into profile_count as c (shop, state, code, profiles, ever_synced, last_synced_at)
    select ${shop}, r.state, r.code, sum(r.profiles), sum(r.ever_synced), max(r.last_synced_at)
    from unnest(${rows.map((row) => row.state)}::text[], ${rows.map((row) => row.code)}::text[], ${rows.map((row) => row.profiles)}::int[],
      ${rows.map((row) => row.ever_synced)}::int[], ${rows.map((row) => row.last_synced_at)}::timestamptz[])
      as r (state, code, profiles, ever_synced, last_synced_at)
    group by r.state, r.code having sum(r.profiles) <> 0 or sum(r.ever_synced) <> 0 or max(r.last_synced_at) is not null
    on conflict (shop, state, code) do update set profiles = c.profiles + excluded.profiles,
      ever_synced = c.ever_synced + excluded.ever_synced, last_synced_at = greatest(c.last_synced_at, excluded.last_synced_at)`,
    on,
  )
  const minutes = rows.filter((row) => row.minute !== null)
  if (minutes.length === 0) return
  // A minute that is no longer kept has nothing to take away from.
  await execute(
    sql`
    insert into synced_minute as m (shop, minute, profiles)
    select ${shop}, r.minute, sum(r.profiles)
    from unnest(${minutes.map((row) => row.minute)}::timestamptz[], ${minutes.map((row) => row.profiles)}::int[]) as r (minute, profiles)
    group by r.minute having sum(r.profiles) > 0 or (sum(r.profiles) < 0
      and exists (select 1 from synced_minute s where s.shop = ${shop} and s.minute = r.minute))
    on conflict (shop, minute) do update set profiles = m.profiles + excluded.profiles`,
    on,
  )
}

/**
 * Returns how many profiles are in each state. Pending are those that an open import carries, those that an import could not apply, and
 * (`limit`) those that wait because of the limit.
 */
export async function listProfileCounts(shop: ShopDomain): Promise<ProfileCountRow[]> {
  const rows = await rowsOf<StoredCount>(
    sql`select state, code, profiles, ever_synced, last_synced_at from profile_count where shop = ${shop}`,
    autocommit,
  )
  return rows.map(toProfileCount)
}

export type StoredCount = Pick<rows.profile_count, 'state' | 'code' | 'profiles' | 'ever_synced' | 'last_synced_at'>

export function toProfileCount(row: StoredCount): ProfileCountRow {
  return {
    state: row.state === SENDING ? 'pending' : (row.state as ProfileCountRow['state']),
    code: row.code === '' || row.state === SENDING ? null : (row.code as ReasonCode),
    profiles: row.profiles,
    everSynced: row.ever_synced,
    lastSyncedAt: row.last_synced_at,
  }
}

export interface ProfileCountRow {
  readonly state: 'synced' | 'excluded' | 'issue' | 'pending' | 'gone' | 'forgotten'
  readonly code: ReasonCode | null
  readonly profiles: number
  readonly everSynced: number
  readonly lastSyncedAt: Date | null
}

/** Counts distinct profiles last brought in sync since an instant, to the minute. */
export async function countSyncedSince(shop: ShopDomain, since: Date): Promise<number> {
  const [row] = await rowsOf<{ profiles: number }>(
    sql`
    select coalesce(sum(profiles), 0)::int as profiles from synced_minute
    where shop = ${shop} and minute >= date_trunc('minute', ${since}::timestamptz)`,
    autocommit,
  )
  return row?.profiles ?? 0
}

/** Counts customers that are in sync except for fields that were left out, up to `upTo`. */
export async function countOmitted(shop: ShopDomain, { upTo }: { upTo: number }): Promise<number> {
  const [row] = await rowsOf<{ profiles: number }>(
    sql`
    select count(*)::int as profiles from (
      select 1 from profile where shop = ${shop} and omitted is not null limit ${upTo}) as counted`,
    autocommit,
  )
  return row?.profiles ?? 0
}
