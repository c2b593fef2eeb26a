import { randomUUID } from 'node:crypto'
import { FULL_SYNC_EVERY_MS } from '#app/core/flow/full-sync-throttle.ts'
import { mayStep, type SyncRunState } from '#app/core/flow/sync-run-state.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { SyncRunKind } from '#app/core/report/sync-card.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

export type SyncRunTrigger = 'connecting' | 'by_hand' | 'storm'

export interface SyncRun {
  readonly id: string
  readonly shop: ShopDomain
  readonly kind: SyncRunKind
  readonly trigger: SyncRunTrigger
  readonly state: SyncRunState
  readonly requestedAt: Date
  readonly notBefore: Date
  readonly attempt: number
  /** What the bulk operation's customers are narrowed by, in Shopify's search words; null reads every customer. */
  readonly search: string | null
  readonly bulkOperation: string | null
  readonly operationAskedAt: Date | null
  /** How far the operation's file is settled, in bytes. */
  readonly byteOffset: number
  readonly expected: number | null
  readonly counts: RunCounts
}

export interface RunCounts {
  readonly read: number
  readonly pushed: number
  readonly unchanged: number
  readonly excluded: number
  readonly issues: number
}

/**
 * Starts a full run, or does not: one statement decides, so that of two clicks one starts. By hand at most once an hour;
 * `always` leaves the hour out of it and begins it anew. A catch-up under way is superseded: the full run reads all it would.
 * Yields the run's id; null when it was not started.
 */
export async function startFullRun(
  shop: ShopDomain,
  start: { trigger: SyncRunTrigger; by: string | null; always: boolean; now: Date },
  on?: Sql,
): Promise<string | null> {
  const { now } = start
  const [row] = await rowsOf<{ id: string }>(
    sql`
    with allowed as (
      update shop s set full_sync_started_at = ${now}
      where s.domain = ${shop} and s.uninstalled_at is null
        and (${start.always} or s.full_sync_started_at is null or s.full_sync_started_at <= ${new Date(now.getTime() - FULL_SYNC_EVERY_MS)})
        and exists (select 1 from connection c where c.shop = s.domain and c.refused_at is null)
        and not exists (select 1 from sync_run r
          where r.shop = s.domain and r.kind = 'full' and r.state in ('queued', 'reading', 'delivering', 'paused'))
      returning s.domain
    ), superseded as (
      update sync_run r set state = 'cancelled', finished_at = ${now}, failure = 'superseded'
      from allowed where r.shop = allowed.domain and r.state in ('queued', 'reading', 'delivering', 'paused') returning r.id
    )
    insert into sync_run (id, shop, kind, trigger, state, started_by, requested_at, progress_at, not_before)
    select ${randomUUID()}::uuid, domain, 'full', ${start.trigger}, 'queued', ${start.by}, ${now}, ${now}, ${now}
    from allowed cross join (select count(*) from superseded) as first
    returning id`,
    on,
  )
  return row?.id ?? null
}

/** Starts a catch-up over the customers that `search` finds (all for null), unless a run is open already. */
export async function startCatchUpRun(shop: ShopDomain, search: string | null, now: Date): Promise<boolean> {
  const started = await execute(sql`
    insert into sync_run (id, shop, kind, trigger, state, search, requested_at, progress_at, not_before)
    values (${randomUUID()}::uuid, ${shop}, 'catch_up', 'storm', 'queued', ${search}, ${now}, ${now}, ${now})
    on conflict do nothing`)
  return started === 1
}

/** The run under way, or null. */
export async function findOpenRun(shop: ShopDomain): Promise<SyncRun | null> {
  const [row] = await rowsOf<RunRow>(
    sql`select * from sync_run where shop = ${shop} and state in ('queued', 'reading', 'delivering', 'paused')`,
  )
  return row ? toSyncRun(row) : null
}

/** The newest full run, whatever became of it; null when there never was one. `failedAt` is null unless it gave up. */
export async function findLastFullRun(shop: ShopDomain): Promise<{ requestedAt: Date; failedAt: Date | null } | null> {
  const [row] = await rowsOf<{ requested_at: Date; failed_at: Date | null }>(sql`
    select requested_at, case when state = 'failed' then finished_at end as failed_at
    from sync_run where shop = ${shop} and kind = 'full' order by requested_at desc limit 1`)
  return row ? { requestedAt: row.requested_at, failedAt: row.failed_at } : null
}

/** Moves a run from one state to another. False when someone was faster. Throws on a step the table does not know. */
export async function stepRun(
  shop: ShopDomain,
  run: { id: string; from: SyncRunState; to: SyncRunState; now: Date; failure?: string },
  on?: Sql,
): Promise<boolean> {
  if (!mayStep(run.from, run.to)) throw new Error(`A run does not go from ${run.from} to ${run.to}`)
  const ended = run.to === 'finished' || run.to === 'failed' || run.to === 'cancelled'
  const moved = await execute(
    sql`update sync_run set state = ${run.to}, progress_at = ${run.now}, not_before = ${run.now}, attempt = 0,
          finished_at = ${ended ? run.now : null}, failure = ${run.failure ?? null}
        where shop = ${shop} and id = ${run.id}::uuid and state = ${run.from}`,
    on,
  )
  return moved === 1
}

/** Ends the open run, whatever its state: what was delivered stays delivered. */
export async function cancelOpenRun(shop: ShopDomain, failure: string, now: Date, on?: Sql): Promise<void> {
  await execute(
    sql`
    update sync_run set state = 'cancelled', finished_at = ${now}, failure = ${failure}
    where shop = ${shop} and state in ('queued', 'reading', 'delivering', 'paused')`,
    on,
  )
}

/** Remembers which operation the run reads, from its first byte. */
export async function saveRunOperation(
  shop: ShopDomain,
  run: { id: string; operation: string; askedAt: Date; checkAt: Date },
): Promise<void> {
  await execute(sql`
    update sync_run set bulk_operation = ${run.operation}, operation_asked_at = ${run.askedAt}, byte_offset = 0,
      not_before = ${run.checkAt}, read = 0, pushed = 0, unchanged = 0, excluded = 0, issues = 0
    where shop = ${shop} and id = ${run.id}::uuid and state in ('queued', 'reading')`)
}

/** Puts the run's next step off. `attempt` counts failures in a row. */
export async function deferRun(
  shop: ShopDomain,
  run: { id: string; notBefore: Date; attempt: number; expected?: number | null },
): Promise<void> {
  await execute(sql`
    update sync_run set not_before = ${run.notBefore}, attempt = ${run.attempt}, expected = coalesce(${run.expected ?? null}, expected)
    where shop = ${shop} and id = ${run.id}::uuid`)
}

/** Shopify finished an operation: the run that reads it need not wait for its next look. */
export async function hurryRun(shop: ShopDomain, operation: string, now: Date): Promise<boolean> {
  const hurried = await execute(sql`
    update sync_run set not_before = ${now}
    where shop = ${shop} and bulk_operation = ${operation} and state in ('queued', 'reading')`)
  return hurried > 0
}

/** Moves the checkpoint over a chunk and adds what it held, if the checkpoint is still where the chunk began. */
export async function advanceCheckpoint(
  shop: ShopDomain,
  chunk: { run: string; from: number; to: number; counts: RunCounts; now: Date },
  on: Sql,
): Promise<boolean> {
  const { counts } = chunk
  const moved = await execute(
    sql`update sync_run set byte_offset = ${chunk.to}, progress_at = ${chunk.now}, attempt = 0, not_before = ${chunk.now},
          read = read + ${counts.read}, pushed = pushed + ${counts.pushed}, unchanged = unchanged + ${counts.unchanged},
          excluded = excluded + ${counts.excluded}, issues = issues + ${counts.issues}
        where shop = ${shop} and id = ${chunk.run}::uuid and state = 'reading' and byte_offset = ${chunk.from}`,
    on,
  )
  return moved === 1
}

/** An import job of the run was settled: customers that it refused were counted as pushed until now. */
export async function countRefused(shop: ShopDomain, run: string, refused: number, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update sync_run set pushed = pushed - ${refused}, issues = issues + ${refused}, progress_at = ${now}, not_before = ${now}
        where shop = ${shop} and id = ${run}::uuid and state in ('queued', 'reading', 'delivering', 'paused')`,
    on,
  )
}

interface RunRow {
  id: string
  shop: string
  kind: string
  trigger: string
  state: string
  requested_at: Date
  not_before: Date
  attempt: number
  search: string | null
  bulk_operation: string | null
  operation_asked_at: Date | null
  byte_offset: string
  expected: number | null
  read: number
  pushed: number
  unchanged: number
  excluded: number
  issues: number
}

function toSyncRun(row: RunRow): SyncRun {
  return {
    id: row.id,
    shop: row.shop as ShopDomain,
    kind: row.kind as SyncRunKind,
    trigger: row.trigger as SyncRunTrigger,
    state: row.state as SyncRunState,
    requestedAt: row.requested_at,
    notBefore: row.not_before,
    attempt: row.attempt,
    search: row.search,
    bulkOperation: row.bulk_operation,
    operationAskedAt: row.operation_asked_at,
    byteOffset: Number(row.byte_offset),
    expected: row.expected,
    counts: {
      read: row.read,
      pushed: row.pushed,
      unchanged: row.unchanged,
      excluded: row.excluded,
      issues: row.issues,
    },
  }
}
