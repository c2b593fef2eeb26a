import type { ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import { rowsOf, sql } from './database.ts'

/**
 * Returns how many rows are in each state, as the trigger counts them. Pending are those that an import job carries, and (`limit`) those
 * that wait because of the limit.
 */
export async function listProfileCounts(shop: ShopDomain): Promise<ProfileCountRow[]> {
  const rows = await rowsOf<{
    state: string
    code: string
    profiles: number
    ever_synced: number
    last_synced_at: Date | null
  }>(sql`select state, code, profiles, ever_synced, last_synced_at from profile_count where shop = ${shop}`)
  return rows.map((row) => ({
    state: row.state as ProfileCountRow['state'],
    code: row.code === '' ? null : (row.code as ReasonCode),
    profiles: row.profiles,
    everSynced: row.ever_synced,
    lastSyncedAt: row.last_synced_at,
  }))
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
  const [row] = await rowsOf<{ profiles: number }>(sql`
    select coalesce(sum(profiles), 0)::int as profiles from synced_minute
    where shop = ${shop} and minute >= date_trunc('minute', ${since}::timestamptz)`)
  return row?.profiles ?? 0
}

/** Counts customers that are in sync except for fields that were left out, up to `upTo`. */
export async function countOmitted(shop: ShopDomain, { upTo }: { upTo: number }): Promise<number> {
  const [row] = await rowsOf<{ profiles: number }>(sql`
    select count(*)::int as profiles from (
      select 1 from profile where shop = ${shop} and omitted is not null limit ${upTo}) as counted`)
  return row?.profiles ?? 0
}
