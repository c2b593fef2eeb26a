import type { WaitsFor } from '#app/core/flow/stall.ts'
import { mayTransition, openRunStates, type SyncRunState, statesBefore } from '#app/core/flow/sync-run-state.ts'
import type { Comparison } from '#app/core/flow/webhook-silence.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-values.ts'
import type { SyncRunKind, SyncRunTrigger } from '#app/core/report/sync-card.ts'
import { autocommit, execute, rowsOf, type Sql, sql, transaction, WHOLE_SHOP } from './database.ts'
import type * as rows from './generated/rows.ts'
import { deleteEndedSnapshots } from './memberships.ts'
import { type RunCheck, toRunCheck } from './run-checks.ts'
import { deleteUnchanged, markPending } from './unchanged-chunks.ts'

export interface SyncRun {
  readonly id: string
  readonly shop: ShopDomain
  readonly kind: SyncRunKind
  readonly trigger: SyncRunTrigger
  readonly state: SyncRunState
  /** Shopify's number of the staff member; null if no staff member started it. */
  readonly startedBy: string | null
  readonly endedBy: string | null
  readonly requestedAt: Date
  /** For a baseline, from when on changes are to be sent; null for other runs. */
  readonly since: Date | null
  readonly finishedAt: Date | null
  readonly progressAt: Date
  readonly notBefore: Date
  readonly attempt: number
  /** Shopify search query that narrows the customers the bulk operation reads; null reads all. */
  readonly search: string | null
  readonly bulkOperation: string | null
  readonly operationAskedAt: Date | null
  /**
   * Metafields that the operation was asked for; null if there is no operation, or it was started by a version that did not record them.
   */
  readonly metafields: readonly MetafieldKey[] | null
  /** How much of the operation's file is settled, in bytes; for a run that reads pages, how many pages. */
  readonly byteOffset: number
  /** Whether it reads page by page, because bulk operations are refused or fail. */
  readonly byPages: boolean
  /** Where the next page begins; null before the first and after the last. */
  readonly pageCursor: string | null
  readonly expected: number | null
  /** Number of rows that Shopify has written into the file so far. */
  readonly rowsWritten: number | null
  readonly pacedSince: Date | null
  readonly pacedFrom: number | null
  readonly waitsFor: WaitsFor | null
  readonly failure: string | null
  /** Number of profiles it may have created, counted while there is a limit. */
  readonly created: number
  /** Number of customers that waited at its end because of the limit, and the limit. */
  readonly held: number
  readonly mostNew: number | null
  /** The most profiles that one import of the current chunk may carry; null for as many as Klaviyo accepts. */
  readonly importSize: number | null
  readonly counts: RunCounts
  /** How much it would change, counted before it sends anything; null if that is not counted. */
  readonly check: RunCheck | null
}

export interface RunCounts {
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
}

/** Returns the open run, running or paused; null if there is none. */
export async function findOpenRun(shop: ShopDomain, on: Sql): Promise<SyncRun | null> {
  const [row] = await rowsOf<rows.sync_run>(
    sql`select * from sync_run where shop = ${shop} and state in ('queued', 'reading', 'delivering', 'paused')`,
    on,
  )
  return row ? toSyncRun(row) : null
}

/** Returns a run of the shop, open or not; null if there is none with this id. */
export async function findRun(shop: ShopDomain, id: string): Promise<SyncRun | null> {
  const [row] = await rowsOf<rows.sync_run>(
    sql`select * from sync_run where shop = ${shop} and id = ${id}::uuid`,
    autocommit,
  )
  return row ? toSyncRun(row) : null
}

/** Returns the newest runs, open or ended, newest first. */
export async function listNewestRuns(shop: ShopDomain, limit: number): Promise<SyncRun[]> {
  const found = await rowsOf<rows.sync_run>(
    sql`select * from sync_run where shop = ${shop} order by requested_at desc, id limit ${limit}`,
    autocommit,
  )
  return found.map(toSyncRun)
}

/** Columns of a run that has finished. */
type Finished<Column extends keyof rows.sync_run> = Pick<rows.sync_run, Column> & { finished_at: Date }

/** Returns the newest nightly comparison that finished; null if none has. */
export async function findLastComparison(shop: ShopDomain): Promise<Comparison | null> {
  const [row] = await rowsOf<Finished<'requested_at' | 'unannounced'>>(
    sql`
    select requested_at, finished_at, unannounced from sync_run
    where shop = ${shop} and kind = 'reconcile' and trigger = 'nightly' and state = 'finished' order by requested_at desc limit 1`,
    autocommit,
  )
  return row ? { startedAt: row.requested_at, finishedAt: row.finished_at, unannounced: row.unannounced } : null
}

/** Returns the newest full run, whatever its state; null if there has been none. `failedAt` is null unless it failed. */
export async function findLastFullRun(
  shop: ShopDomain,
): Promise<(Pick<SyncRun, 'requestedAt' | 'trigger'> & { failedAt: Date | null }) | null> {
  const [row] = await rowsOf<Pick<rows.sync_run, 'requested_at' | 'trigger'> & { failed_at: Date | null }>(
    sql`
    select requested_at, trigger, case when state = 'failed' then finished_at end as failed_at
    from sync_run where shop = ${shop} and kind = 'full' order by requested_at desc limit 1`,
    autocommit,
  )
  return row ? { requestedAt: row.requested_at, trigger: row.trigger as SyncRunTrigger, failedAt: row.failed_at } : null
}

/** Returns the run that failed last, if none has finished since; null otherwise. Runs that were cancelled say nothing. */
export async function findFailedRun(shop: ShopDomain): Promise<(Pick<SyncRun, 'id' | 'kind'> & { at: Date }) | null> {
  const [row] = await rowsOf<Pick<rows.sync_run, 'id' | 'kind' | 'state'> & { finished_at: Date }>(
    sql`
    select id, kind, state, finished_at from sync_run
    where shop = ${shop} and state in ('finished', 'failed') order by requested_at desc limit 1`,
    autocommit,
  )
  return row?.state === 'failed' ? { id: row.id, kind: row.kind as SyncRunKind, at: row.finished_at } : null
}

/** Returns how much the newest finished full run read, and how long it took; null if none has finished. */
export async function findLastPace(shop: ShopDomain): Promise<{ read: number; tookMs: number } | null> {
  const [row] = await rowsOf<Finished<'read' | 'requested_at'>>(
    sql`
    select read, requested_at, finished_at from sync_run
    where shop = ${shop} and kind = 'full' and state = 'finished' order by requested_at desc limit 1`,
    autocommit,
  )
  return row ? { read: row.read, tookMs: row.finished_at.getTime() - row.requested_at.getTime() } : null
}

interface RunStep {
  readonly id: string
  readonly from: SyncRunState
  readonly to: SyncRunState
  readonly now: Date
  readonly failure?: string
}

/**
 * Moves a run from one state to another; one that ends needs its memberships no more. Returns false if it is no longer in the first state.
 * Throws on a transition that is not in the table.
 */
export async function stepRun(shop: ShopDomain, run: RunStep, on: Sql): Promise<boolean> {
  if (!mayTransition(run.from, run.to)) throw new Error(`A run does not go from ${run.from} to ${run.to}`)
  const ended = run.to === 'finished' || run.to === 'failed' || run.to === 'cancelled'
  const moved = await execute(
    sql`update sync_run set state = ${run.to}, progress_at = ${run.now}, not_before = ${run.now}, attempt = 0,
          finished_at = ${ended ? run.now : null}, failure = ${run.failure ?? null}, waits_for = null,
          paused_from = ${run.to === 'paused' ? run.from : null}, paced_since = null, paced_from = null
        where shop = ${shop} and id = ${run.id}::uuid and state = ${run.from}`,
    on,
  )
  if (moved === 1 && ended) await deleteEndedSnapshots(shop, on)
  // A finished run still looks for the customers that it did not come across.
  if (moved === 1 && ended && run.to !== 'finished') await endUnfinished(shop, run.now, on)
  return moved === 1
}

/** The chunk of a run that ends early may not come again: what it was to send again is marked. */
async function endUnfinished(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await deleteUnchanged(shop, on)
  await markPending(shop, now, on)
}

/** Cancels the open run, whatever its state. What it delivered stays delivered. */
export async function cancelOpenRun(shop: ShopDomain, failure: string, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    update sync_run set state = 'cancelled', finished_at = ${now}, failure = ${failure}
    where shop = ${shop} and state = any(${statesBefore('cancelled')}::text[])`,
    on,
  )
  await deleteEndedSnapshots(shop, on)
  await endUnfinished(shop, now, on)
}

/** Cancels one run at a merchant's request. Returns false if it had ended already. */
export async function cancelRunByHand(
  shop: ShopDomain,
  run: { id: string; by: string | null; now: Date },
): Promise<boolean> {
  return transaction(async (on) => {
    const cancelled = await execute(
      sql`
      update sync_run set state = 'cancelled', finished_at = ${run.now}, failure = 'cancelled_by_hand', ended_by = ${run.by}
      where shop = ${shop} and id = ${run.id}::uuid and state = any(${statesBefore('cancelled')}::text[])`,
      on,
    )
    if (cancelled === 1) await deleteEndedSnapshots(shop, on)
    if (cancelled === 1) await endUnfinished(shop, run.now, on)
    return cancelled === 1
  }, WHOLE_SHOP)
}

/** Gives back the use of the hourly limit on full runs started by hand, because the run did not finish. */
export async function allowFullRunAgain(shop: ShopDomain, run: string): Promise<void> {
  await execute(
    sql`
    update shop s set full_sync_started_at = null from sync_run r
    where s.domain = ${shop} and r.shop = s.domain and r.id = ${run}::uuid and r.kind = 'full' and s.full_sync_started_at = r.requested_at`,
    autocommit,
  )
}

/** Resumes a paused run from its checkpoint; an open run that is not paused simply continues. Returns false if there is none. */
export async function resumeOpenRun(shop: ShopDomain, now: Date, on: Sql): Promise<boolean> {
  const resumed = await execute(
    sql`
    update sync_run set state = coalesce(paused_from, state), paused_from = null, not_before = ${now}, progress_at = ${now}, attempt = 0,
      waits_for = null, paced_since = null, paced_from = null
    where shop = ${shop} and state = any(${openRunStates}::text[])`,
    on,
  )
  return resumed === 1
}

export function toSyncRun(row: rows.sync_run): SyncRun {
  return {
    id: row.id,
    shop: row.shop as ShopDomain,
    kind: row.kind as SyncRunKind,
    trigger: row.trigger as SyncRunTrigger,
    state: row.state as SyncRunState,
    startedBy: row.started_by,
    endedBy: row.ended_by,
    requestedAt: row.requested_at,
    since: row.since,
    finishedAt: row.finished_at,
    progressAt: row.progress_at,
    notBefore: row.not_before,
    attempt: row.attempt,
    search: row.search,
    bulkOperation: row.bulk_operation,
    operationAskedAt: row.operation_asked_at,
    metafields: row.metafields as MetafieldKey[] | null,
    byteOffset: Number(row.byte_offset),
    byPages: row.by_pages,
    pageCursor: row.page_cursor,
    expected: row.expected,
    rowsWritten: row.rows_written,
    pacedSince: row.paced_since,
    pacedFrom: row.paced_from,
    waitsFor: row.waits_for as WaitsFor | null,
    failure: row.failure,
    created: row.created,
    held: row.held,
    mostNew: row.most_new,
    importSize: row.import_size,
    check: toRunCheck(row),
    counts: {
      read: row.read,
      pushed: row.pushed,
      unchanged: row.unchanged,
      excluded: row.excluded,
      issues: row.issues,
    },
  }
}
