import { attemptsFor, backoffMs, MAX_UNANSWERED } from '#app/core/flow/backoff.ts'
import { type DryRunFailure, LONGEST_DRY_RUN_MS } from '#app/core/flow/dry-run.ts'
import { after } from '#app/core/flow/instants.ts'
import { withHeld } from '#app/core/loyalty/held-sources.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { startBulkCustomers } from '#app/shopify/bulk-operations.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { autocommit } from '#app/store/database.ts'
import {
  type DryRun,
  deferDryRun,
  endDryRun,
  findDryRun,
  hasRunSince,
  restartDryRun,
  saveReading,
} from '#app/store/dry-runs.ts'
import { deleteMembershipSnapshot } from '#app/store/memberships.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { readRunPage } from '../backfill/read-by-pages.ts'
import type { RunReader } from '../backfill/run-reader.ts'
import { dryRunStepped } from '../events.ts'
import { heldByLook } from '../loyalty/record-look.ts'
import { collectMemberships } from '../memberships/collect-memberships.ts'
import { recordBulkStart } from '../shopify/bulk-access.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { countChunk } from './count-chunk.ts'

const FIRST_LOOK_MS = 500
const BETWEEN_LOOKS_MS = 2_000
const BUSY_SHOP_MS = 30_000
const SHOPIFY_REFUSES_MS = 60_000
/** How long memberships are collected before live changes go first again. */
const COLLECT_MS = 2_000

/**
 * Advances the shop's open dry run by one step, if it is due and no run is open: runs go first. What was counted before a run was open counts
 * no more, and the dry run begins again after it. Sends nothing. Returns whether it did anything.
 */
export async function advanceDryRun(turn: ShopTurn, reader: RunReader): Promise<boolean> {
  const { shop, clock } = turn
  const dry = await findDryRun(shop)
  if (!dry || (dry.state !== 'queued' && dry.state !== 'reading') || dry.notBefore > clock()) return false
  if (await findOpenRun(shop, autocommit)) return false
  if (after(dry.askedAt, LONGEST_DRY_RUN_MS) < clock()) return end(turn, dry, 'too_long')
  if (dry.state === 'reading' && dry.readFrom && (await hasRunSince(shop, dry.readFrom))) {
    await restartDryRun(shop, { id: dry.id, at: clock() })
    return true
  }
  const played = playing(turn, dry)
  if (dry.state === 'queued') return beginReading(played, dry)
  return dry.byPages ? countNextPage(played, dry) : countNextChunk(played, dry, reader)
}

/** The turn with the choices that the dry run plays. Sources that could not be read when it began are not taken for empty. */
function playing(turn: ShopTurn, { choices, held }: DryRun): ShopTurn {
  const mapping = { ...choices.mapping, mapping: withHeld(choices.mapping.mapping, held) }
  return { ...turn, policy: { ...turn.policy, ...choices, mapping } }
}

async function beginReading(turn: ShopTurn, dry: DryRun): Promise<boolean> {
  const { shop, clock } = turn
  await deleteMembershipSnapshot(shop, dry.id)
  const held = await heldByLook(turn, dry.choices.mapping, (await findShop(shop))?.heldSources ?? [])
  if (held === null) return defer(turn, dry, { kind: 'unavailable' })
  const readFrom = clock()
  const counted = await countCustomers(shop, null)
  const metafields = metafieldsRead(dry.choices.mapping.mapping)
  const answer = await startBulkCustomers(shop, metafields, null)
  await recordBulkStart(answer, clock())
  if (answer.kind !== 'answered') return defer(turn, dry, answer)
  const { data: start } = answer
  if (start.kind === 'busy') return deferFor(turn, dry, BUSY_SHOP_MS)
  await saveReading(shop, {
    id: dry.id,
    operation: start.kind === 'refused' ? null : start.operation,
    metafields,
    held,
    readFrom,
    notBefore: after(clock(), start.kind === 'refused' ? 0 : FIRST_LOOK_MS),
    expected: counted.kind === 'answered' ? counted.data : null,
  })
  return true
}

async function countNextPage(turn: ShopTurn, dry: DryRun): Promise<boolean> {
  const answer = await readRunPage(turn, { ...dry, search: null })
  if (answer.kind !== 'answered') return defer(turn, dry, answer)
  return answer.data ? countChunk(turn, dry, answer.data) : end(turn, dry, null)
}

async function countNextChunk(turn: ShopTurn, dry: DryRun, reader: RunReader): Promise<boolean> {
  const { shop, policy, clock } = turn
  const { bulkOperation: operation, metafields } = dry
  if (!operation || !metafields) return readAgain(turn, dry)
  const query = membershipQueryOf(policy.audience)
  if (query) {
    const until = after(clock(), COLLECT_MS)
    const collected = await collectMemberships(shop, dry.id, query, { until, clock })
    if (collected === 'under_way') return clock() >= until || deferFor(turn, dry, BETWEEN_LOOKS_MS)
    if (collected === 'throttled') return deferFor(turn, dry, BETWEEN_LOOKS_MS)
    if (collected !== 'complete') return defer(turn, dry, { kind: collected })
  }
  const read = await reader.chunkAt(shop, { operation, metafields }, dry.byteOffset)
  switch (read.kind) {
    case 'chunk':
      if (read.chunk.nameless > 0) return readPages(turn, dry)
      return countChunk(turn, dry, { ...read.chunk, cursor: null, memberships: null })
    case 'end':
      return dry.counts.read >= read.rows ? end(turn, dry, null) : readAgain(turn, dry)
    case 'running':
      return deferFor(turn, dry, BETWEEN_LOOKS_MS)
    case 'lost':
      return readAgain(turn, dry)
    case 'refused':
      return defer(turn, dry, read.answer)
    case 'interrupted':
      return defer(turn, dry, { kind: 'unavailable' })
  }
}

/** The file cannot be read to its end: another one is asked for. */
async function readAgain(turn: ShopTurn, dry: DryRun): Promise<boolean> {
  if (dry.attempt >= MAX_UNANSWERED) return end(turn, dry, 'shopify_away')
  await restartDryRun(turn.shop, { id: dry.id, at: after(turn.clock(), backoffMs(dry.attempt + 1, dry.id)) })
  return true
}

/** Pages contain the id of each customer, even where a line of the file has none. */
async function readPages(turn: ShopTurn, dry: DryRun): Promise<boolean> {
  const { held, expected } = dry
  const metafields = dry.metafields ?? []
  const now = turn.clock()
  await saveReading(turn.shop, {
    id: dry.id,
    operation: null,
    metafields,
    held,
    readFrom: now,
    notBefore: now,
    expected,
  })
  return true
}

async function end({ shop, clock }: ShopTurn, dry: DryRun, failure: DryRunFailure | null): Promise<boolean> {
  await deleteMembershipSnapshot(shop, dry.id)
  const to = failure ? 'failed' : 'finished'
  const ended = await endDryRun(shop, { id: dry.id, to, failure, now: clock() }, autocommit)
  if (ended) dryRunStepped({ shop, dryRun: dry.id, subject: dry.subject, state: to, why: failure })
  return ended
}

async function defer(turn: ShopTurn, dry: DryRun, answer: AdminFailure): Promise<boolean> {
  if (answer.kind === 'throttled') return deferFor(turn, dry, answer.retryAfterMs)
  if (answer.kind !== 'unavailable') return deferFor(turn, dry, SHOPIFY_REFUSES_MS)
  const waitsFor = 'shopify_away'
  const attempt = attemptsFor(waitsFor, dry)
  if (attempt > MAX_UNANSWERED) return end(turn, dry, 'shopify_away')
  const notBefore = after(turn.clock(), backoffMs(attempt, dry.id))
  await deferDryRun(turn.shop, { id: dry.id, notBefore, attempt, waitsFor })
  return false
}

async function deferFor({ shop, clock }: ShopTurn, dry: DryRun, ms: number): Promise<boolean> {
  await deferDryRun(shop, { id: dry.id, notBefore: after(clock(), ms), attempt: dry.attempt, waitsFor: dry.waitsFor })
  return false
}
