import { type ChangeCount, type CheckState, LONGEST_HOLD_MS } from '#app/core/flow/large-change.ts'
import { openRunStates } from '#app/core/flow/sync-run-state.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { SyncRunKind } from '#app/core/report/sync-card.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** What is known of a run's counting, before it sends anything. */
export interface RunCheck extends ChangeCount {
  readonly state: CheckState
  /** The hash of the choices by which it is counted. */
  readonly by: string
  readonly heldAt: Date | null
}

/** The columns of a run that hold its check. */
export type CheckRow = Pick<
  rows.sync_run,
  'check_state' | 'checked_by' | 'check_of' | 'checked' | 'would_change' | 'would_clear' | 'held_at'
>

/** Returns the check of a run; null for a run that is not counted first. */
export function toRunCheck(row: CheckRow): RunCheck | null {
  if (row.check_state === null || row.checked_by === null) return null
  return {
    state: row.check_state as CheckState,
    by: row.checked_by,
    of: row.check_of,
    checked: row.checked,
    wouldChange: row.would_change,
    wouldClear: row.would_clear,
    heldAt: row.held_at,
  }
}

/** Returns the number of profiles in sync. */
export async function countInSync(shop: ShopDomain): Promise<number> {
  const [row] = await rowsOf<{ profiles: number }>(
    sql`select coalesce(sum(profiles), 0)::int as profiles from profile_count where shop = ${shop} and state = 'synced'`,
    autocommit,
  )
  return row?.profiles ?? 0
}

/** Records that a run that has read nothing yet is counted first, by these choices; with `check` null, that it is not. */
export async function saveCheck(
  shop: ShopDomain,
  run: { id: string; check: { by: string; of: number } | null },
): Promise<void> {
  const { by = null, of = 0 } = run.check ?? {}
  await execute(
    sql`
    update sync_run set check_state = ${run.check ? 'counting' : null}, checked_by = ${by}, check_of = ${of},
      checked = 0, would_change = 0, would_clear = 0, held_at = null, confirmed_at = null, confirmed_by = null
    where shop = ${shop} and id = ${run.id}::uuid and state in ('queued', 'reading')`,
    autocommit,
  )
}

/** Moves past a chunk and adds its counts, in one statement, if the run is still where the chunk began: no customer counts twice. */
export async function saveChangeCount(
  shop: ShopDomain,
  chunk: {
    run: string
    from: number
    to: number
    cursor: string | null
    rows: number
    count: Pick<ChangeCount, 'checked' | 'wouldChange' | 'wouldClear'>
    now: Date
  },
): Promise<boolean> {
  const { count } = chunk
  const moved = await execute(
    sql`
    update sync_run set byte_offset = ${chunk.to}, page_cursor = ${chunk.cursor}, read = read + ${chunk.rows}, progress_at = ${chunk.now},
      not_before = ${chunk.now}, attempt = 0, waits_for = null, checked = checked + ${count.checked},
      would_change = would_change + ${count.wouldChange}, would_clear = would_clear + ${count.wouldClear}
    where shop = ${shop} and id = ${chunk.run}::uuid and state = 'reading' and check_state = 'counting' and byte_offset = ${chunk.from}`,
    autocommit,
  )
  return moved === 1
}

/** Lets a run that was counted send, from the first customer on. Returns false if it is not being counted any more. */
export async function passCheck(shop: ShopDomain, { id, now }: { id: string; now: Date }): Promise<boolean> {
  const passed = await execute(
    sql`
    update sync_run set check_state = 'passed', byte_offset = 0, page_cursor = null, read = 0, progress_at = ${now}, not_before = ${now},
      attempt = 0, waits_for = null
    where shop = ${shop} and id = ${id}::uuid and state = 'reading' and check_state = 'counting'`,
    autocommit,
  )
  return passed === 1
}

/** Holds a run that was counted, until it is confirmed or its time is over. Returns false if it is not being counted any more. */
export async function holdRun(shop: ShopDomain, { id, now }: { id: string; now: Date }): Promise<boolean> {
  const held = await execute(
    sql`
    update sync_run set check_state = 'held', held_at = ${now}, progress_at = ${now}, not_before = ${new Date(now.getTime() + LONGEST_HOLD_MS)},
      attempt = 0, waits_for = null
    where shop = ${shop} and id = ${id}::uuid and state = 'reading' and check_state = 'counting'`,
    autocommit,
  )
  return held === 1
}

/**
 * Lets a held run go on, with a new file: the old one may be a week old. A run that is paused goes on once the integration is on. Of two who
 * press at once, one does it. Returns false if the run is not held any more.
 */
export async function confirmHeldRun(
  shop: ShopDomain,
  { id, by, now }: { id: string; by: string | null; now: Date },
): Promise<boolean> {
  const confirmed = await execute(
    sql`
    update sync_run set check_state = 'passed', confirmed_at = ${now}, confirmed_by = ${by}, progress_at = ${now}, not_before = ${now},
      state = case when state = 'paused' then 'paused' else 'queued' end, paused_from = case when state = 'paused' then 'queued' end
    where shop = ${shop} and id = ${id}::uuid and check_state = 'held' and state in ('reading', 'paused')`,
    autocommit,
  )
  return confirmed === 1
}

/** Begins a run again from its start, with a new file, because the choices by which it was counted have changed since. */
export async function restartChecked(shop: ShopDomain, { id, now }: { id: string; now: Date }): Promise<boolean> {
  const restarted = await execute(
    sql`
    update sync_run set state = 'queued', check_state = null, checked_by = null, held_at = null, confirmed_at = null, confirmed_by = null,
      progress_at = ${now}, not_before = ${now}, attempt = 0, waits_for = null
    where shop = ${shop} and id = ${id}::uuid and state = 'reading'`,
    autocommit,
  )
  return restarted === 1
}

/** Has a held run looked at again, because a choice was saved that may let it go on, or change what it would do. */
export async function lookAgainAtHeld(shop: ShopDomain, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`
    update sync_run set not_before = ${now}
    where shop = ${shop} and check_state = 'held' and state = any(${openRunStates}::text[])`,
    on,
  )
}

/**
 * Returns the run that waits for a yes. Null if none does, or if an earlier run was held by the same choices and was not confirmed: the
 * merchant was told then, and is not told again every night.
 */
export async function findHeldRun(
  shop: ShopDomain,
): Promise<{ id: string; kind: SyncRunKind; at: Date; customers: number; of: number } | null> {
  const [row] = await rowsOf<Pick<rows.sync_run, 'id' | 'kind' | 'would_change' | 'check_of'> & { held_at: Date }>(
    sql`
    select r.id, r.kind, r.held_at, r.would_change, r.check_of from sync_run r
    where r.shop = ${shop} and r.check_state = 'held' and r.state = any(${openRunStates}::text[]) and not exists (
      select 1 from sync_run e
      where e.shop = r.shop and e.id <> r.id and e.checked_by = r.checked_by and e.held_at is not null and e.confirmed_at is null)`,
    autocommit,
  )
  if (!row) return null
  return { id: row.id, kind: row.kind as SyncRunKind, at: row.held_at, customers: row.would_change, of: row.check_of }
}
