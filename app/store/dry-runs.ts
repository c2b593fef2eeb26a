import { randomUUID } from 'node:crypto'
import type { DryRunCounts, DryRunExample, DryRunFailure, DryRunState, DryRunSubject } from '#app/core/flow/dry-run.ts'
import { openRunStates } from '#app/core/flow/sync-run-state.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { HeldSource } from '#app/core/loyalty/held-sources.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import type { MetafieldKey } from '#app/core/profile/mapped-values.ts'
import { storedChoice } from '#app/core/settings/settings.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'
import type { ChoicesInForce } from './settings.ts'

/** The choices that a dry run plays. */
export type PlayedChoices = Pick<ChoicesInForce, 'audience' | 'mapping' | 'destination'>

export interface DryRun {
  readonly id: string
  readonly subject: DryRunSubject
  readonly choices: PlayedChoices
  readonly settingsVersion: number
  readonly held: readonly HeldSource[]
  readonly state: DryRunState
  readonly failure: DryRunFailure | null
  readonly askedAt: Date
  readonly endedAt: Date | null
  readonly carriedOutAt: Date | null
  readonly notBefore: Date
  readonly attempt: number
  /** Whose answer it waits for; null while it goes on. */
  readonly waitsFor: 'shopify_away' | 'klaviyo_away' | null
  readonly bulkOperation: string | null
  /** The instant before Shopify was asked for the customers; null before. */
  readonly readFrom: Date | null
  readonly metafields: readonly MetafieldKey[] | null
  /** How much of the file is counted, in bytes; or how many pages. */
  readonly byteOffset: number
  readonly byPages: boolean
  readonly pageCursor: string | null
  readonly expected: number | null
  readonly counts: DryRunCounts
  readonly examples: readonly DryRunExample[]
}

export async function findDryRun(shop: ShopDomain): Promise<DryRun | null> {
  const [row] = await rowsOf<rows.dry_run>(sql`select * from dry_run where shop = ${shop}`, autocommit)
  return row ? toDryRun(row) : null
}

/**
 * Writes down a dry run in place of the last one. Another may begin once as long has passed since the last one's end as that one took, so
 * that dry runs take at most half of the time. Returns its id; null if one is open, or ended too short a time ago.
 */
export async function saveNewDryRun(
  shop: ShopDomain,
  asked: { subject: DryRunSubject; choices: PlayedChoices; settingsVersion: number; by: string | null; now: Date },
): Promise<string | null> {
  const { audience, mapping, destination } = asked.choices
  const choices = JSON.stringify({ audience, mapping, destination })
  const [row] = await rowsOf<Pick<rows.dry_run, 'id'>>(
    sql`
    insert into dry_run as d (shop, id, subject, choices, settings_version, state, asked_by, asked_at, not_before)
    values (${shop}, ${randomUUID()}::uuid, ${asked.subject}, ${choices}::jsonb, ${asked.settingsVersion}, 'queued', ${asked.by}, ${asked.now}, ${asked.now})
    on conflict (shop) do update set
      id = excluded.id, subject = excluded.subject, choices = excluded.choices, settings_version = excluded.settings_version, held = '[]',
      state = 'queued', failure = null, asked_by = excluded.asked_by, asked_at = excluded.asked_at, ended_at = null, carried_out_at = null,
      not_before = excluded.not_before, attempt = 0, waits_for = null, bulk_operation = null, read_from = null, metafields = null,
      byte_offset = 0, by_pages = false, page_cursor = null, expected = null, read = 0, created = 0, changed = 0, cleared = 0, unchanged = 0,
      left_out = 0, limited = 0, issues = 0, unclear = 0, examples = '[]'
    where d.ended_at is not null and d.ended_at + (d.ended_at - d.asked_at) <= ${asked.now}
    returning id`,
    autocommit,
  )
  return row?.id ?? null
}

/** Records from where the customers are read, from the first one on: what was counted before counts no more. */
export async function saveReading(
  shop: ShopDomain,
  dry: {
    id: string
    operation: string | null
    metafields: readonly MetafieldKey[]
    held: readonly HeldSource[]
    readFrom: Date
    notBefore: Date
    expected: number | null
  },
): Promise<void> {
  await execute(
    sql`
    update dry_run set state = 'reading', bulk_operation = ${dry.operation}, by_pages = ${dry.operation === null},
      metafields = ${JSON.stringify(dry.metafields)}::jsonb, held = ${JSON.stringify(dry.held)}::jsonb, read_from = ${dry.readFrom},
      not_before = ${dry.notBefore}, expected = coalesce(${dry.expected}, expected), attempt = 0, waits_for = null, byte_offset = 0,
      page_cursor = null, read = 0, created = 0, changed = 0, cleared = 0, unchanged = 0, left_out = 0, limited = 0, issues = 0, unclear = 0,
      examples = '[]'
    where shop = ${shop} and id = ${dry.id}::uuid and state in ('queued', 'reading')`,
    autocommit,
  )
}

/** Begins an open dry run again from the first customer, at an instant. */
export async function restartDryRun(shop: ShopDomain, { id, at }: { id: string; at: Date }): Promise<void> {
  await execute(
    sql`
    update dry_run set state = 'queued', bulk_operation = null, not_before = ${at}, attempt = attempt + 1, byte_offset = 0, page_cursor = null,
      read = 0, created = 0, changed = 0, cleared = 0, unchanged = 0, left_out = 0, limited = 0, issues = 0, unclear = 0, examples = '[]'
    where shop = ${shop} and id = ${id}::uuid and state in ('queued', 'reading')`,
    autocommit,
  )
}

/** Moves past a chunk and adds its counts, in one statement, if the dry run is still where the chunk began: no customer counts twice. */
export async function saveCounted(
  shop: ShopDomain,
  chunk: {
    id: string
    from: number
    to: number
    cursor: string | null
    counts: DryRunCounts
    moreExamples: readonly DryRunExample[]
    now: Date
  },
  on: Sql,
): Promise<boolean> {
  const { counts } = chunk
  const moved = await execute(
    sql`
    update dry_run set byte_offset = ${chunk.to}, page_cursor = ${chunk.cursor}, not_before = ${chunk.now}, attempt = 0, waits_for = null,
      read = read + ${counts.read}, created = created + ${counts.created}, changed = changed + ${counts.changed},
      cleared = cleared + ${counts.cleared}, unchanged = unchanged + ${counts.unchanged}, left_out = left_out + ${counts.left_out},
      limited = limited + ${counts.limited}, issues = issues + ${counts.issues}, unclear = unclear + ${counts.unclear},
      examples = examples || ${JSON.stringify(chunk.moreExamples)}::jsonb
    where shop = ${shop} and id = ${chunk.id}::uuid and state = 'reading' and byte_offset = ${chunk.from}`,
    on,
  )
  return moved === 1
}

/** Defers the next step. `attempt` counts failures in a row. */
export async function deferDryRun(
  shop: ShopDomain,
  dry: { id: string; notBefore: Date; attempt: number; waitsFor: DryRun['waitsFor'] },
): Promise<void> {
  await execute(
    sql`
    update dry_run set not_before = ${dry.notBefore}, attempt = ${dry.attempt}, waits_for = ${dry.waitsFor}
    where shop = ${shop} and id = ${dry.id}::uuid`,
    autocommit,
  )
}

/** Ends the open dry run; `id` null ends whichever is open. Returns whether there was one. */
export async function endDryRun(
  shop: ShopDomain,
  end: { id: string | null; to: 'finished' | 'failed' | 'cancelled'; failure: DryRunFailure | null; now: Date },
  on: Sql,
): Promise<boolean> {
  const ended = await execute(
    sql`
    update dry_run set state = ${end.to}, failure = ${end.failure}, ended_at = ${end.now}, waits_for = null
    where shop = ${shop} and id = coalesce(${end.id}::uuid, id) and state in ('queued', 'reading')`,
    on,
  )
  return ended === 1
}

/** Records that the merchant does what the dry run played. Returns false if it has not finished, or somebody has done so already. */
export async function saveCarriedOut(
  shop: ShopDomain,
  { id, now }: { id: string; now: Date },
  on: Sql,
): Promise<boolean> {
  const saved = await execute(
    sql`
    update dry_run set carried_out_at = ${now}
    where shop = ${shop} and id = ${id}::uuid and state = 'finished' and carried_out_at is null`,
    on,
  )
  return saved === 1
}

/** Takes a customer out of the examples. */
export async function forgetExample(shop: ShopDomain, customerId: CustomerId, on: Sql): Promise<void> {
  await execute(
    sql`
    update dry_run set examples = (
      select coalesce(jsonb_agg(e.one order by e.place), '[]') from jsonb_array_elements(examples) with ordinality as e (one, place)
      where e.one->>'customerId' <> ${customerId})
    where shop = ${shop}`,
    on,
  )
}

/** Whether a run of the shop was open after an instant: what was counted before may be different by now. */
export async function hasRunSince(shop: ShopDomain, at: Date): Promise<boolean> {
  const found = await rowsOf(
    sql`
    select 1 from sync_run where shop = ${shop} and (finished_at >= ${at} or state = any(${openRunStates}::text[])) limit 1`,
    autocommit,
  )
  return found.length > 0
}

function toDryRun(row: rows.dry_run): DryRun {
  return {
    id: row.id,
    subject: row.subject as DryRunSubject,
    choices: toPlayedChoices(row.choices),
    settingsVersion: row.settings_version,
    held: row.held as unknown as readonly HeldSource[],
    state: row.state as DryRunState,
    failure: row.failure as DryRunFailure | null,
    askedAt: row.asked_at,
    endedAt: row.ended_at,
    carriedOutAt: row.carried_out_at,
    notBefore: row.not_before,
    attempt: row.attempt,
    waitsFor: row.waits_for as DryRun['waitsFor'],
    bulkOperation: row.bulk_operation,
    readFrom: row.read_from,
    metafields: row.metafields as MetafieldKey[] | null,
    byteOffset: Number(row.byte_offset),
    byPages: row.by_pages,
    pageCursor: row.page_cursor,
    expected: row.expected,
    counts: {
      read: row.read,
      created: row.created,
      changed: row.changed,
      cleared: row.cleared,
      unchanged: row.unchanged,
      left_out: row.left_out,
      limited: row.limited,
      issues: row.issues,
      unclear: row.unclear,
    },
    examples: row.examples as unknown as readonly DryRunExample[],
  }
}

/** Returns the choices from their JSON. The shapes know what a later version adds. */
function toPlayedChoices(stored: unknown): PlayedChoices {
  const { audience, mapping, destination } = stored as {
    audience: unknown
    destination: unknown
    mapping: { mapping: unknown; forgotten: FieldName[]; changedAt: string | null }
  }
  const to = storedChoice('destination', destination)
  return {
    audience: storedChoice('audience', audience),
    destination: to,
    mapping: {
      mapping: storedChoice('mapping', mapping.mapping),
      sharing: to.sharing,
      forgotten: mapping.forgotten,
      changedAt: mapping.changedAt === null ? null : new Date(mapping.changedAt),
    },
  }
}
