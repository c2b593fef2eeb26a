import type { ShopDomain } from '#app/core/ids.ts'
import type { HourReport } from '#app/core/report/activity.ts'
import { autocommit, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import { type SyncRun, toSyncRun } from './sync-runs.ts'

/** Where a page of activity ended. The next page holds what began earlier, or began at the same instant and has a smaller key. */
export interface ActivityCursor {
  readonly at: Date
  readonly key: string
}

export type ActivityRow = { readonly cursor: ActivityCursor } & (
  | { readonly kind: 'run'; readonly run: SyncRun }
  | ({ readonly kind: 'hour'; readonly startedAt: Date } & HourReport)
)

const HOUR_MS = 60 * 60_000

/**
 * Returns runs (ordered by their start) and hours in which changes came or were synced (ordered by their end), newest first. The current
 * hour therefore comes before everything else.
 */
export async function listActivityRows(
  shop: ShopDomain,
  page: { after: ActivityCursor | null; limit: number },
): Promise<ActivityRow[]> {
  const [at, key] = [page.after?.at ?? null, page.after?.key ?? null]
  const runs = await rowsOf<rows.sync_run>(
    sql`
    select * from sync_run where shop = ${shop}
      and (${at}::timestamptz is null or (requested_at, id::text) < (${at}::timestamptz, ${key}::text))
    order by requested_at desc, id::text desc limit ${page.limit}`,
    autocommit,
  )
  const hours = await rowsOf<HourRow>(
    sql`
    select hour, webhooks, read, pushed, unchanged, excluded, issues from sync_hour
    where shop = ${shop} and (webhooks > 0 or read > 0)
      and (${at}::timestamptz is null or (hour + interval '1 hour', 'hour') < (${at}::timestamptz, ${key}::text))
    order by hour desc limit ${page.limit}`,
    autocommit,
  )
  const rows = [...runs.map(ofRun), ...hours.map(ofHour)]
  return rows.sort((a, b) => compare(b.cursor, a.cursor)).slice(0, page.limit)
}

type HourRow = Pick<rows.sync_hour, 'hour' | keyof HourReport>

function ofRun(row: rows.sync_run): ActivityRow {
  return { kind: 'run', cursor: { at: row.requested_at, key: row.id }, run: toSyncRun(row) }
}

function ofHour({ hour, ...counts }: HourRow): ActivityRow {
  const endsAt = new Date(hour.getTime() + HOUR_MS)
  return { kind: 'hour', cursor: { at: endsAt, key: 'hour' }, startedAt: hour, ...counts }
}

function compare(a: ActivityCursor, b: ActivityCursor): number {
  return a.at.getTime() - b.at.getTime() || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)
}
