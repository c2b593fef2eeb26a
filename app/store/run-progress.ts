import type { WaitsFor } from '#app/core/flow/stall.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-values.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import type { RunCounts } from './sync-runs.ts'
import { deleteUnchanged } from './unchanged-chunks.ts'

/** Records which operation the run reads, from its first byte. */
export async function saveRunOperation(
  shop: ShopDomain,
  run: { id: string; operation: string; metafields: readonly MetafieldKey[]; askedAt: Date; checkAt: Date },
): Promise<void> {
  await deleteUnchanged(shop, autocommit)
  await execute(
    sql`
    update sync_run set bulk_operation = ${run.operation}, operation_asked_at = ${run.askedAt}, byte_offset = 0, by_pages = false, page_cursor = null,
      metafields = ${JSON.stringify(run.metafields)}::jsonb,
      not_before = ${run.checkAt}, checked = 0, would_change = 0, would_clear = 0, rows_written = null, read = 0, pushed = 0, unchanged = 0, excluded = 0, issues = 0, unannounced = 0
    where shop = ${shop} and id = ${run.id}::uuid and state in ('queued', 'reading')`,
    autocommit,
  )
}

/** Records that the run reads page by page, from the first page. `expected` is the number of customers; null if Shopify has not counted. */
export async function saveRunPages(
  shop: ShopDomain,
  run: { id: string; metafields: readonly MetafieldKey[]; askedAt: Date; expected: number | null },
): Promise<void> {
  await deleteUnchanged(shop, autocommit)
  await execute(
    sql`
    update sync_run set by_pages = true, expected = coalesce(${run.expected}, expected), page_cursor = null, bulk_operation = null, operation_asked_at = ${run.askedAt}, byte_offset = 0,
      metafields = ${JSON.stringify(run.metafields)}::jsonb, not_before = ${run.askedAt}, attempt = 0, waits_for = null,
      checked = 0, would_change = 0, would_clear = 0, rows_written = null, read = 0, pushed = 0, unchanged = 0, excluded = 0, issues = 0, unannounced = 0
    where shop = ${shop} and id = ${run.id}::uuid and state in ('queued', 'reading')`,
    autocommit,
  )
}

/** Counts an operation that was lost. Returns how many the run has lost. */
export async function countLostOperation(shop: ShopDomain, id: string): Promise<number> {
  const [row] = await rowsOf<Pick<rows.sync_run, 'lost_operations'>>(
    sql`
    update sync_run set lost_operations = lost_operations + 1 where shop = ${shop} and id = ${id}::uuid returning lost_operations`,
    autocommit,
  )
  return row?.lost_operations ?? 0
}

/**
 * Defers the run's next step. `attempt` counts failures in a row. `written` is how many rows Shopify has written so far; a higher number
 * counts as progress.
 */
export async function deferRun(
  shop: ShopDomain,
  run: {
    id: string
    notBefore: Date
    attempt: number
    waitsFor: WaitsFor | null
    expected?: number | null
    written?: { rows: number; now: Date }
  },
): Promise<void> {
  const rows = run.written?.rows ?? null
  await execute(
    sql`
    update sync_run set not_before = ${run.notBefore}, attempt = ${run.attempt}, waits_for = ${run.waitsFor},
      expected = coalesce(${run.expected ?? null}, expected), rows_written = coalesce(${rows}::int, rows_written),
      progress_at = case when ${rows}::int is distinct from coalesce(rows_written, 0) and ${rows}::int is not null
        then ${run.written?.now ?? null}::timestamptz else progress_at end
    where shop = ${shop} and id = ${run.id}::uuid`,
    autocommit,
  )
}

/** Records how many profiles an import may carry when the current chunk is repeated. */
export async function saveImportSize(shop: ShopDomain, { run, most }: { run: string; most: number }): Promise<void> {
  await execute(sql`update sync_run set import_size = ${most} where shop = ${shop} and id = ${run}::uuid`, autocommit)
}

/** Records progress of the run's membership snapshot. */
export async function saveSnapshotProgress(shop: ShopDomain, id: string): Promise<void> {
  await execute(
    sql`
    update sync_run r set progress_at = greatest(r.progress_at, g.touched_at) from membership_snapshot g
    where r.shop = ${shop} and r.id = ${id}::uuid and g.shop = r.shop and g.holder = r.id`,
    autocommit,
  )
}

/** Makes a run ready at once because Shopify finished the operation it waits for. Returns whether a run waits for it. */
export async function makeRunDue(shop: ShopDomain, operation: string, now: Date): Promise<boolean> {
  const hurried = await execute(
    sql`
    update sync_run set not_before = ${now}
    where shop = ${shop} and bulk_operation = ${operation} and state in ('queued', 'reading')`,
    autocommit,
  )
  return hurried > 0
}

/**
 * Moves the checkpoint past a chunk and adds the chunk's counts, if the checkpoint is still where the chunk began. The counts of a run that
 * was cancelled meanwhile are added too.
 */
export async function advanceCheckpoint(
  shop: ShopDomain,
  chunk: {
    run: string
    from: number
    to: number
    /** Where the next page begins; omitted for a file. */
    cursor?: string | null
    counts: RunCounts
    unannounced: number
    now: Date
  },
  on: Sql,
): Promise<boolean> {
  const { counts } = chunk
  const moved = await execute(
    sql`update sync_run set byte_offset = ${chunk.to}, page_cursor = ${chunk.cursor ?? null}, progress_at = ${chunk.now}, attempt = 0, not_before = ${chunk.now}, waits_for = null, import_size = null,
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
 * Counts profiles that the run is about to create, in the transaction that records this; `job` is the import that carries them. Returns
 * false if the run would create more than it may, because another process counted meanwhile.
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
  const payload = sql`
    update outbox set payload = jsonb_set(payload, '{created}', to_jsonb(${created}::int)) where shop = ${shop} and id = ${job}::uuid`
  if (job !== null) await execute(payload, on)
  return counted === 1
}

/** Records how many customers wait for the next full run, when a run ends that created as many profiles as it may. */
export async function saveHeld(shop: ShopDomain, { run, most }: { run: string; most: number }, on: Sql): Promise<void> {
  await execute(
    sql`update sync_run r set most_new = ${most}, held = coalesce(
          (select c.profiles from profile_count c where c.shop = ${shop} and c.state = 'pending' and c.code = 'limit'), 0)
        where r.shop = ${shop} and r.id = ${run}::uuid and (r.kind = 'full' or r.kind = 'reconcile' and r.created >= ${most})`,
    on,
  )
}

/** Records that an import of the run refused some customers, which were counted as pushed until now. */
export async function countRefused(shop: ShopDomain, run: string, refused: number, now: Date, on: Sql): Promise<void> {
  await execute(
    sql`update sync_run set pushed = pushed - ${refused}, issues = issues + ${refused}, progress_at = ${now}, not_before = ${now}
        where shop = ${shop} and id = ${run}::uuid`,
    on,
  )
}
