import { randomUUID } from 'node:crypto'
import { FULL_SYNC_EVERY_MS } from '#app/core/flow/full-sync-throttle.ts'
import type { WaitsFor } from '#app/core/flow/stall.ts'
import { mayStep, openRunStates, type SyncRunState, statesBefore } from '#app/core/flow/sync-run-state.ts'
import type { Comparison } from '#app/core/flow/webhook-silence.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-fields.ts'
import type { SyncRunKind, SyncRunTrigger } from '#app/core/report/sync-card.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

export interface SyncRun {
  readonly id: string
  readonly shop: ShopDomain
  readonly kind: SyncRunKind
  readonly trigger: SyncRunTrigger
  readonly state: SyncRunState
  /** Members of staff, by number; null when nobody did. */
  readonly startedBy: string | null
  readonly endedBy: string | null
  readonly requestedAt: Date
  /** Of a baseline: from when on changes are to be sent; null for other runs. */
  readonly since: Date | null
  readonly finishedAt: Date | null
  readonly progressAt: Date
  readonly notBefore: Date
  readonly attempt: number
  /** What the bulk operation's customers are narrowed by, in Shopify's search words; null reads every customer. */
  readonly search: string | null
  readonly bulkOperation: string | null
  readonly operationAskedAt: Date | null
  /** Those that the operation was asked for; null while none was, or by a version that did not note them. */
  readonly metafields: readonly MetafieldKey[] | null
  /** How far the operation's file is settled, in bytes. */
  readonly byteOffset: number
  readonly expected: number | null
  /** Rows Shopify has written into the file so far. */
  readonly gathered: number | null
  readonly pacedSince: Date | null
  readonly pacedFrom: number | null
  readonly waitsFor: WaitsFor | null
  readonly failure: string | null
  /** Profiles it may have created, counted while there is a limit. */
  readonly created: number
  /** How many waited at its end because of the limit, and what that was. */
  readonly held: number
  readonly mostNew: number | null
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
 * `always` leaves the hour out of it and begins it anew. A run under way that reads no more than this one would is superseded.
 * Nothing starts while the integration is not on. Yields the run's id; null when it was not started.
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
      update shop s set full_sync_started_at = ${now}, future_since = null
      where s.domain = ${shop} and s.uninstalled_at is null and s.status = 'on'
        and (${start.always} or s.full_sync_started_at is null or s.full_sync_started_at <= ${new Date(now.getTime() - FULL_SYNC_EVERY_MS)})
        and exists (select 1 from connection c where c.shop = s.domain and c.refused_at is null)
        and not exists (select 1 from sync_run r
          where r.shop = s.domain and r.kind in ('full', 'baseline') and r.state = any(${openRunStates}::text[]))
      returning s.domain
    ), superseded as (
      update sync_run r set state = 'cancelled', finished_at = ${now}, failure = 'superseded'
      from allowed where r.shop = allowed.domain and r.state = any(${openRunStates}::text[]) returning r.id
    )
    insert into sync_run (id, shop, kind, trigger, state, started_by, requested_at, progress_at, not_before)
    select ${randomUUID()}::uuid, domain, 'full', ${start.trigger}, 'queued', ${start.by}, ${now}, ${now}, ${now}
    from allowed cross join (select count(*) from superseded) as first
    returning id`,
    on,
  )
  return row?.id ?? null
}

/** Starts a run that records what is there. The caller holds the shop and has ended the open run. */
export async function startBaselineRun(
  shop: ShopDomain,
  { by, now }: { by: string | null; now: Date },
  on: Sql,
): Promise<string> {
  const id = randomUUID()
  await execute(
    sql`
    insert into sync_run (id, shop, kind, trigger, state, started_by, requested_at, since, progress_at, not_before)
    values (${id}::uuid, ${shop}, 'baseline', 'switched_on', 'queued', ${by}, ${now}, ${now}, ${now}, ${now})`,
    on,
  )
  return id
}

/**
 * Starts the night's comparison if it is due, and notes when the next one is. While a run is open that reads every customer
 * anyway, this night is left out; a catch-up is superseded. After a baseline that did not come to its end, the night makes it
 * good: another one, from the same instant on. Yields the run's id; null when none was started.
 */
export async function startReconcileRun(
  shop: ShopDomain,
  { next, now }: { next: Date; now: Date },
): Promise<string | null> {
  const [row] = await rowsOf<{ id: string }>(sql`
    with due as (
      update shop s set next_reconcile_at = ${next}
      where s.domain = ${shop} and s.uninstalled_at is null and s.status = 'on' and (s.nightly_reconcile or s.future_since is not null)
        and s.next_reconcile_at <= ${now}
      returning s.domain, s.future_since
    ), allowed as (
      select domain, future_since from due where exists (select 1 from connection c where c.shop = due.domain and c.refused_at is null)
        and not exists (select 1 from sync_run r
          where r.shop = due.domain and r.kind <> 'catch_up' and r.state = any(${openRunStates}::text[]))
    ), superseded as (
      update sync_run r set state = 'cancelled', finished_at = ${now}, failure = 'superseded'
      from allowed where r.shop = allowed.domain and r.state = any(${openRunStates}::text[]) returning r.id
    )
    insert into sync_run (id, shop, kind, trigger, state, requested_at, since, progress_at, not_before)
    select ${randomUUID()}::uuid, domain, case when future_since is null then 'reconcile' else 'baseline' end, 'nightly', 'queued',
      ${now}, future_since, ${now}, ${now}
    from allowed cross join (select count(*) from superseded) as first
    returning id`)
  return row?.id ?? null
}

/**
 * Starts the comparison that a change of the settings asked for, unless a run is open: that one may have read customers under the
 * settings before, so this one comes after it. The night's comparison and the hour of full syncs know nothing of it.
 */
export async function startComparison(shop: ShopDomain, now: Date): Promise<string | null> {
  const [row] = await rowsOf<{ id: string }>(sql`
    with asked as (
      update shop s set comparison_asked_at = null
      where s.domain = ${shop} and s.uninstalled_at is null and s.status = 'on' and s.future_since is null and s.comparison_asked_at <= ${now}
        and exists (select 1 from connection c where c.shop = s.domain and c.refused_at is null)
        and not exists (select 1 from sync_run r where r.shop = s.domain and r.state = any(${openRunStates}::text[]))
      returning s.domain
    )
    insert into sync_run (id, shop, kind, trigger, state, requested_at, progress_at, not_before)
    select ${randomUUID()}::uuid, domain, 'reconcile', 'settings_changed', 'queued', ${now}, ${now}, ${now} from asked
    returning id`)
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

/** The run under way or paused, or null. */
export async function findOpenRun(shop: ShopDomain, on?: Sql): Promise<SyncRun | null> {
  const [row] = await rowsOf<RunRow>(
    sql`select * from sync_run where shop = ${shop} and state in ('queued', 'reading', 'delivering', 'paused')`,
    on,
  )
  return row ? toSyncRun(row) : null
}

/** A run of the shop's, open or over; null when it has none of this id. */
export async function findRun(shop: ShopDomain, id: string): Promise<SyncRun | null> {
  const [row] = await rowsOf<RunRow>(sql`select * from sync_run where shop = ${shop} and id = ${id}::uuid`)
  return row ? toSyncRun(row) : null
}

/** The newest comparison by night that came to its end; null when none did. */
export async function findLastComparison(shop: ShopDomain): Promise<Comparison | null> {
  const [row] = await rowsOf<{ requested_at: Date; finished_at: Date; unannounced: number }>(sql`
    select requested_at, finished_at, unannounced from sync_run
    where shop = ${shop} and kind = 'reconcile' and trigger = 'nightly' and state = 'finished' order by requested_at desc limit 1`)
  return row ? { startedAt: row.requested_at, finishedAt: row.finished_at, unannounced: row.unannounced } : null
}

/** The newest full run, whatever became of it; null when there never was one. `failedAt` is null unless it gave up. */
export async function findLastFullRun(shop: ShopDomain): Promise<{ requestedAt: Date; failedAt: Date | null } | null> {
  const [row] = await rowsOf<{ requested_at: Date; failed_at: Date | null }>(sql`
    select requested_at, case when state = 'failed' then finished_at end as failed_at
    from sync_run where shop = ${shop} and kind = 'full' order by requested_at desc limit 1`)
  return row ? { requestedAt: row.requested_at, failedAt: row.failed_at } : null
}

/** What the newest full run that came to its end read, and how long it took; null when none did. */
export async function findLastPace(shop: ShopDomain): Promise<{ read: number; tookMs: number } | null> {
  const [row] = await rowsOf<{ read: number; requested_at: Date; finished_at: Date }>(sql`
    select read, requested_at, finished_at from sync_run
    where shop = ${shop} and kind = 'full' and state = 'finished' order by requested_at desc limit 1`)
  return row ? { read: row.read, tookMs: row.finished_at.getTime() - row.requested_at.getTime() } : null
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
          finished_at = ${ended ? run.now : null}, failure = ${run.failure ?? null}, waits_for = null,
          paused_from = ${run.to === 'paused' ? run.from : null}, paced_since = null, paced_from = null
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
    where shop = ${shop} and state = any(${statesBefore('cancelled')}::text[])`,
    on,
  )
}

/** Ends one run because somebody asked for it. False when it had ended before. */
export async function cancelRunByHand(
  shop: ShopDomain,
  run: { id: string; by: string | null; now: Date },
): Promise<boolean> {
  const cancelled = await execute(sql`
    update sync_run set state = 'cancelled', finished_at = ${run.now}, failure = 'cancelled_by_hand', ended_by = ${run.by}
    where shop = ${shop} and id = ${run.id}::uuid and state = any(${statesBefore('cancelled')}::text[])`)
  return cancelled === 1
}

/** A paused run goes on where it was, from its checkpoint. One that was not paused yet just goes on. False when there is none. */
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

/** Remembers which operation the run reads, from its first byte. */
export async function saveRunOperation(
  shop: ShopDomain,
  run: { id: string; operation: string; metafields: readonly MetafieldKey[]; askedAt: Date; checkAt: Date },
): Promise<void> {
  await execute(sql`
    update sync_run set bulk_operation = ${run.operation}, operation_asked_at = ${run.askedAt}, byte_offset = 0,
      metafields = ${JSON.stringify(run.metafields)}::jsonb,
      not_before = ${run.checkAt}, gathered = null, read = 0, pushed = 0, unchanged = 0, excluded = 0, issues = 0, unannounced = 0
    where shop = ${shop} and id = ${run.id}::uuid and state in ('queued', 'reading')`)
}

/**
 * Puts the run's next step off. `attempt` counts failures in a row. `gathered` is how many rows Shopify has written by now: that
 * it writes on is progress.
 */
export async function deferRun(
  shop: ShopDomain,
  run: {
    id: string
    notBefore: Date
    attempt: number
    waitsFor: WaitsFor | null
    expected?: number | null
    gathered?: { rows: number; now: Date }
  },
): Promise<void> {
  const rows = run.gathered?.rows ?? null
  await execute(sql`
    update sync_run set not_before = ${run.notBefore}, attempt = ${run.attempt}, waits_for = ${run.waitsFor},
      expected = coalesce(${run.expected ?? null}, expected), gathered = coalesce(${rows}::int, gathered),
      progress_at = case when ${rows}::int is distinct from coalesce(gathered, 0) and ${rows}::int is not null
        then ${run.gathered?.now ?? null}::timestamptz else progress_at end
    where shop = ${shop} and id = ${run.id}::uuid`)
}

/** What was gathered for a run beside its file is progress as well. */
export async function noteGathering(shop: ShopDomain, id: string): Promise<void> {
  await execute(sql`
    update sync_run r set progress_at = greatest(r.progress_at, g.touched_at) from standing_gathering g
    where r.shop = ${shop} and r.id = ${id}::uuid and g.shop = r.shop and g.holder = r.id`)
}

/** Shopify finished an operation: the run that reads it need not wait for its next look. */
export async function hurryRun(shop: ShopDomain, operation: string, now: Date): Promise<boolean> {
  const hurried = await execute(sql`
    update sync_run set not_before = ${now}
    where shop = ${shop} and bulk_operation = ${operation} and state in ('queued', 'reading')`)
  return hurried > 0
}

/**
 * Moves the checkpoint over a chunk and adds what it held, if the checkpoint is still where the chunk began. A run that was
 * cancelled meanwhile still tells what was delivered for it.
 */
export async function advanceCheckpoint(
  shop: ShopDomain,
  chunk: { run: string; from: number; to: number; counts: RunCounts; unannounced: number; now: Date },
  on: Sql,
): Promise<boolean> {
  const { counts } = chunk
  const moved = await execute(
    sql`update sync_run set byte_offset = ${chunk.to}, progress_at = ${chunk.now}, attempt = 0, not_before = ${chunk.now}, waits_for = null,
          paced_since = coalesce(paced_since, ${chunk.now}), paced_from = coalesce(paced_from, read + ${counts.read}),
          unannounced = unannounced + ${chunk.unannounced},
          read = read + ${counts.read}, pushed = pushed + ${counts.pushed}, unchanged = unchanged + ${counts.unchanged},
          excluded = excluded + ${counts.excluded}, issues = issues + ${counts.issues}
        where shop = ${shop} and id = ${chunk.run}::uuid and state in ('reading', 'cancelled') and byte_offset = ${chunk.from}`,
    on,
  )
  return moved === 1
}

/**
 * Counts profiles that the run is about to create, in the transaction that writes that down; `job` is the import that carries them. False
 * when they would be more than it may create in all: somebody else counted meanwhile.
 */
export async function countCreated(
  shop: ShopDomain,
  { run, job, created, most }: { run: string; job: string | null; created: number; most: number },
  on: Sql,
): Promise<boolean> {
  const counted = await execute(
    sql`update sync_run set created = created + ${created}
        where shop = ${shop} and id = ${run}::uuid and created + ${created} <= ${most}`,
    on,
  )
  await execute(sql`update import_job set created = ${created} where shop = ${shop} and id = ${job}::uuid`, on)
  return counted === 1
}

/** Notes how many wait for the next full run, at the end of one that made as many profiles as it may. */
export async function saveHeld(shop: ShopDomain, { run, most }: { run: string; most: number }, on: Sql): Promise<void> {
  await execute(
    sql`update sync_run r set most_new = ${most}, held = coalesce(
          (select c.profiles from profile_count c where c.shop = r.shop and c.state = 'pending' and c.code = 'limit'), 0)
        where r.shop = ${shop} and r.id = ${run}::uuid and (r.kind = 'full' or r.kind = 'reconcile' and r.created >= ${most})`,
    on,
  )
}

/** An import job of the run was settled: customers that it refused were counted as pushed until now. */
export async function countRefused(shop: ShopDomain, run: string, refused: number, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update sync_run set pushed = pushed - ${refused}, issues = issues + ${refused}, progress_at = ${now}, not_before = ${now}
        where shop = ${shop} and id = ${run}::uuid`,
    on,
  )
}

export interface RunRow {
  id: string
  shop: string
  kind: string
  trigger: string
  state: string
  started_by: string | null
  ended_by: string | null
  requested_at: Date
  since: Date | null
  finished_at: Date | null
  progress_at: Date
  not_before: Date
  attempt: number
  search: string | null
  bulk_operation: string | null
  operation_asked_at: Date | null
  metafields: MetafieldKey[] | null
  byte_offset: string
  expected: number | null
  gathered: number | null
  paced_since: Date | null
  paced_from: number | null
  waits_for: string | null
  failure: string | null
  created: number
  held: number
  most_new: number | null
  read: number
  pushed: number
  unchanged: number
  excluded: number
  issues: number
}

export function toSyncRun(row: RunRow): SyncRun {
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
    metafields: row.metafields,
    byteOffset: Number(row.byte_offset),
    expected: row.expected,
    gathered: row.gathered,
    pacedSince: row.paced_since,
    pacedFrom: row.paced_from,
    waitsFor: row.waits_for as WaitsFor | null,
    failure: row.failure,
    created: row.created,
    held: row.held,
    mostNew: row.most_new,
    counts: {
      read: row.read,
      pushed: row.pushed,
      unchanged: row.unchanged,
      excluded: row.excluded,
      issues: row.issues,
    },
  }
}
