import { MOST_SEGMENT_LISTS, type SegmentListProblem } from '#app/core/flow/segment-list.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A segment that is kept as a list in Klaviyo, or was. */
export interface SegmentList {
  /** The segment's global id. */
  readonly segment: string
  /** Both null until the segment was read for the first time. */
  readonly segmentName: string | null
  readonly listName: string | null
  /** Null until the list is made. */
  readonly listId: string | null
  readonly phase: 'resting' | 'reading' | 'listing'
  /** The number of the look that is under way, or was the last. */
  readonly walk: number
  /** Where the phase goes on: a cursor of Shopify's, or a customer; null at its beginning. */
  readonly cursor: string | null
  /** Failures in a row. */
  readonly attempt: number
  /** When the last look ended; null before the first. */
  readonly lookedAt: Date | null
  /** How many profiles were on the list because of the segment then. */
  readonly listed: number
  /** Null while it is kept. */
  readonly problem: SegmentListProblem | null
  readonly stoppedAt: Date | null
}

/** Returns the shop's segments that are kept, or were stopped and not forgotten yet, the oldest first. */
export async function listSegmentLists(shop: ShopDomain): Promise<SegmentList[]> {
  const found = await rowsOf<rows.segment_list>(
    sql`select * from segment_list where shop = ${shop} order by asked_at, segment`,
    autocommit,
  )
  return found.map(toSegmentList)
}

export async function findSegmentList(shop: ShopDomain, segment: string): Promise<SegmentList | null> {
  const [row] = await rowsOf<rows.segment_list>(
    sql`select * from segment_list where shop = ${shop} and segment = ${segment}`,
    autocommit,
  )
  return row ? toSegmentList(row) : null
}

/** Returns the kept segment that is due and has waited longest; null if none is. */
export async function findDueSegmentList(shop: ShopDomain, now: Date): Promise<SegmentList | null> {
  const [row] = await rowsOf<rows.segment_list>(
    sql`
    select * from segment_list
    where shop = ${shop} and stopped_at is null and not_before <= ${now} order by not_before, segment limit 1`,
    autocommit,
  )
  return row ? toSegmentList(row) : null
}

/**
 * Records that a segment is to be kept as a list. One that was stopped by hand goes on with its list; one that was stopped for another reason begins
 * again with a new one. Returns false if too many segments are kept already, or if the app is uninstalled.
 */
export async function saveSegmentList(shop: ShopDomain, segment: string, now: Date, on: Sql): Promise<boolean> {
  const open = await rowsOf<{ others: number; stopped: number }>(
    sql`
    select (select count(*)::int from segment_list l where l.shop = ${shop} and l.stopped_at is null and l.segment <> ${segment}) as others
    from shop where domain = ${shop} and uninstalled_at is null for no key update`,
    on,
  )
  if (!open[0] || open[0].others >= MOST_SEGMENT_LISTS) return false
  await execute(
    sql`
    delete from segment_list_member where shop = ${shop} and segment = ${segment} and exists (
      select 1 from segment_list l where l.shop = ${shop} and l.segment = ${segment} and l.stopped_at is not null and l.problem <> 'by_hand')`,
    on,
  )
  await execute(
    sql`
    insert into segment_list as l (shop, segment, asked_at, not_before) values (${shop}, ${segment}, ${now}, ${now})
    on conflict (shop, segment) do update set
      asked_at = excluded.asked_at, not_before = excluded.not_before, phase = 'resting', cursor = null, attempt = 0,
      list_id = case when l.problem = 'by_hand' then l.list_id end, list_name = case when l.problem = 'by_hand' then l.list_name end,
      listed = case when l.problem = 'by_hand' then l.listed else 0 end, problem = null, stopped_at = null
    where l.stopped_at is not null`,
    on,
  )
  return true
}

/** Ends keeping a segment; its list stays as it is. Returns whether it was kept. */
export async function stopSegmentList(
  shop: ShopDomain,
  segment: string,
  { problem, now }: { problem: SegmentListProblem; now: Date },
  on: Sql,
): Promise<boolean> {
  const stopped = await execute(
    sql`
    update segment_list set problem = ${problem}, stopped_at = ${now}, phase = 'resting', cursor = null
    where shop = ${shop} and segment = ${segment} and stopped_at is null`,
    on,
  )
  return stopped === 1
}

/** Ends keeping all segments, also those that were stopped by hand: their lists are in an account that the shop has left. */
export async function leaveSegmentLists(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    update segment_list set problem = 'other_account', stopped_at = coalesce(stopped_at, ${now}), phase = 'resting', cursor = null
    where shop = ${shop}`,
    on,
  )
}

/** What changes in a segment's row with a step. */
export interface SegmentListStep {
  readonly phase: SegmentList['phase']
  readonly walk: number
  readonly cursor: string | null
  readonly attempt: number
  readonly notBefore: Date
  readonly problem?: SegmentListProblem | null
}

/** Moves a segment on, if it is still kept and has not been begun anew. Returns whether it was. */
export async function moveSegmentList(
  shop: ShopDomain,
  { segment, phase, walk, cursor }: SegmentList,
  step: SegmentListStep,
  on: Sql,
): Promise<boolean> {
  const moved = await execute(
    sql`
    update segment_list set phase = ${step.phase}, walk = ${step.walk}, cursor = ${step.cursor}, attempt = ${step.attempt},
      not_before = ${step.notBefore}, problem = ${step.problem ?? null}
    where shop = ${shop} and segment = ${segment} and stopped_at is null
      and phase = ${phase} and walk = ${walk} and cursor is not distinct from ${cursor}`,
    on,
  )
  return moved === 1
}

/** Records what the segment and its list are called. A list's name is written before the list is made, so that it is found again. */
export async function saveSegmentNames(
  shop: ShopDomain,
  segment: string,
  { segmentName, listName }: { segmentName: string; listName: string },
  on: Sql,
): Promise<void> {
  await execute(
    sql`
    update segment_list set segment_name = ${segmentName}, list_name = coalesce(list_name, ${listName})
    where shop = ${shop} and segment = ${segment} and stopped_at is null`,
    on,
  )
}

/** Records which list in Klaviyo the segment is kept as, and what it is called now. */
export async function saveListOfSegment(
  shop: ShopDomain,
  segment: string,
  list: { id: string; name: string },
  on: Sql,
): Promise<void> {
  await execute(
    sql`
    update segment_list set list_id = ${list.id}, list_name = ${list.name}
    where shop = ${shop} and segment = ${segment} and stopped_at is null`,
    on,
  )
}

/** Records that a look has ended, and how many profiles are on the list now. */
export async function saveLookedAt(shop: ShopDomain, segment: string, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    update segment_list set looked_at = ${now}, listed = (
      select count(*)::int from segment_list_member m where m.shop = ${shop} and m.segment = ${segment} and m.is_listed)
    where shop = ${shop} and segment = ${segment} and stopped_at is null`,
    on,
  )
}

function toSegmentList(row: rows.segment_list): SegmentList {
  return {
    segment: row.segment,
    segmentName: row.segment_name,
    listName: row.list_name,
    listId: row.list_id,
    phase: row.phase as SegmentList['phase'],
    walk: row.walk,
    cursor: row.cursor,
    attempt: row.attempt,
    lookedAt: row.looked_at,
    listed: row.listed,
    problem: row.problem as SegmentListProblem | null,
    stoppedAt: row.stopped_at,
  }
}
