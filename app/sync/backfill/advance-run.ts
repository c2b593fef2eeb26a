import { attemptsFor, backoffMs, MAX_UNANSWERED } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { WaitsFor } from '#app/core/flow/stall.ts'
import type { SyncRunState } from '#app/core/flow/sync-run-state.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { startBulkCustomers } from '#app/shopify/bulk-operations.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { autocommit, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { countRunImports } from '#app/store/imports.ts'
import { requestComparison, saveDrained, saveFilled, saveFutureSince } from '#app/store/integration.ts'
import { deleteMembershipSnapshot } from '#app/store/memberships.ts'
import { recountProfiles } from '#app/store/profile-counts.ts'
import { startReadBack } from '#app/store/read-backs.ts'
import {
  countLostOperation,
  deferRun,
  saveHeld,
  saveRunOperation,
  saveSnapshotProgress,
} from '#app/store/run-progress.ts'
import { forgetShopifyAway } from '#app/store/shopify-troubles.ts'
import { lockProfiles } from '#app/store/shops.ts'
import { allowFullRunAgain, findOpenRun, type SyncRun, stepRun } from '#app/store/sync-runs.ts'
import { deleteUnchanged, markMissingFromRun, markPending } from '#app/store/unchanged-chunks.ts'
import { runStepped } from '../events.ts'
import { lookBeforeRun } from '../loyalty/record-look.ts'
import { collectMemberships } from '../memberships/collect-memberships.ts'
import { recordBulkStart } from '../shopify/bulk-access.ts'
import { recordTrouble } from '../shopify/record-trouble.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import {
  beginCheck,
  countChanges,
  endCounting,
  isChecked,
  isCounting,
  isUnanswered,
  mayDeliver,
} from './check-changes.ts'
import { deliverChunk } from './deliver-chunk.ts'
import { readRunPage, switchToPages } from './read-by-pages.ts'
import type { RunChunk } from './run-chunk.ts'
import type { RunReader } from './run-reader.ts'

const FIRST_LOOK_MS = 500
const BETWEEN_LOOKS_MS = 2_000
const BUSY_SHOP_MS = 30_000
const SHOPIFY_REFUSES_MS = 60_000
const JOBS_WAIT_MS = 2_000
/** How long memberships are collected before live changes go first again. */
const COLLECT_MS = 2_000
const POINTS_WAIT_MS = 2_000
const COMPARED_AGAIN_MS = 60 * 60_000

/** After Shopify has lost this many operations, some ten minutes later, the run reads pages instead. */
const MOST_LOST_OPERATIONS = 5
/** After a file has ended before its last line this many times, it counts as lost. */
const MOST_SHORT_READS = 5
/** Attempts added to the backoff: the first wait after a lost operation is as long as the sixth after a failed call. */
const LOST_OPERATION_ATTEMPTS = 5

/** Advances the shop's open run by one step, if it is due. Returns whether it did anything. */
export async function advanceRun(turn: ShopTurn, reader: RunReader): Promise<boolean> {
  const run = await findOpenRun(turn.shop, autocommit)
  if (!run || run.state === 'paused' || run.notBefore > turn.clock()) return false
  switch (run.state) {
    case 'queued':
      return startOperation(turn, run)
    case 'reading':
      return readOn(turn, run, reader)
    case 'delivering':
      return finishWhenDelivered(turn, run)
    default:
      return false
  }
}

async function startOperation(turn: ShopTurn, run: SyncRun): Promise<boolean> {
  const { shop, policy, clock } = turn
  // Memberships that were collected for an earlier operation are older than the file of this one.
  await deleteMembershipSnapshot(shop, run.id)
  const askedAt = clock()
  const counted = await countCustomers(shop, run.search)
  if (counted.kind === 'answered') await lookBeforeRun(turn, run)
  const metafields = metafieldsRead(policy.mapping.mapping)
  const answer = await startBulkCustomers(shop, metafields, run.search)
  if (answer.kind !== 'answered') return defer(turn, run, answer)
  await recordTrouble(shop, answer, clock())
  await recordBulkStart(answer, clock())
  const { data: start } = answer
  if (start.kind === 'refused') return switchToPages(turn, run, start.words)
  if (start.kind === 'busy') return deferFor(turn, run, BUSY_SHOP_MS, 'shopify_preparing')
  await saveRunOperation(shop, {
    id: run.id,
    operation: start.operation,
    metafields,
    askedAt,
    checkAt: after(clock(), FIRST_LOOK_MS),
  })
  await beginCheck(turn, run)
  await deferRun(shop, {
    id: run.id,
    notBefore: after(clock(), FIRST_LOOK_MS),
    attempt: run.attempt,
    waitsFor: 'shopify_preparing',
    expected: counted.kind === 'answered' ? counted.data : null,
  })
  return step(turn, run, 'reading', after(clock(), FIRST_LOOK_MS))
}

async function readOn(turn: ShopTurn, run: SyncRun, reader: RunReader): Promise<boolean> {
  if (await waitsForUnknownJob(turn, run)) return false
  if (isUnanswered(run, turn.clock())) return endRun(turn, run, 'cancelled', 'unanswered')
  const may = isChecked(run) ? await mayDeliver(turn, run) : true
  if (may !== true) return may.worked
  if (run.byPages) return readNextPage(turn, run)
  const { bulkOperation, metafields } = run
  if (!bulkOperation || !metafields) return restartOperation(turn, run, 'asked for by an earlier version')
  const paused = await collectForRun(turn, run)
  if (paused) return paused.worked
  const read = await reader.chunkAt(turn.shop, { operation: bulkOperation, metafields }, run.byteOffset)
  switch (read.kind) {
    case 'chunk':
      // Pages contain the id of each customer, even where a line of the file has none.
      if (read.chunk.nameless > 0) return switchToPages(turn, run, 'a line of the file has no customer id')
      return takeChunk(turn, run, { ...read.chunk, cursor: null, memberships: null })
    case 'end':
      return atEnd(turn, run, read.rows)
    case 'running':
      return waitForFile(turn, run, read.rows)
    case 'lost':
      return restartOperation(turn, run, read.words)
    case 'refused':
      return defer(turn, run, read.answer)
    case 'interrupted':
      return defer(turn, run, { kind: 'unavailable' })
    default:
      return read satisfies never
  }
}

async function readNextPage(turn: ShopTurn, run: SyncRun): Promise<boolean> {
  const answer = await readRunPage(turn, run)
  if (answer.kind !== 'answered') return defer(turn, run, answer)
  await recordTrouble(turn.shop, answer, turn.clock())
  return answer.data ? takeChunk(turn, run, answer.data) : allRead(turn, run)
}

/** A run that is counted first reads its customers twice. */
async function takeChunk(turn: ShopTurn, run: SyncRun, chunk: RunChunk): Promise<boolean> {
  return isCounting(run) ? countChanges(turn, run, chunk) : deliverChunk(turn, run, chunk)
}

async function allRead(turn: ShopTurn, run: SyncRun): Promise<boolean> {
  return isCounting(run) ? endCounting(turn, run) : step(turn, run, 'delivering')
}

/**
 * Collects the memberships that the rules need, after the file was requested and before any of it is delivered. Returns null when the
 * snapshot is complete; otherwise the run waits, and `worked` says whether anything was done. A complete snapshot costs one query.
 */
async function collectForRun(turn: ShopTurn, run: SyncRun): Promise<{ worked: boolean } | null> {
  const { shop, policy, clock } = turn
  const query = membershipQueryOf(policy.audience)
  if (!query) return null
  const until = after(clock(), COLLECT_MS)
  const outcome = await collectMemberships(shop, run.id, query, { until, clock })
  if (outcome !== 'complete') await saveSnapshotProgress(shop, run.id)
  switch (outcome) {
    case 'complete':
      return null
    case 'under_way':
      if (clock() >= until) return { worked: true }
      return { worked: await deferFor(turn, run, BETWEEN_LOOKS_MS, 'shopify_preparing') }
    case 'throttled':
      return { worked: await deferFor(turn, run, POINTS_WAIT_MS, 'shopify_preparing') }
    default:
      return { worked: await defer(turn, run, { kind: outcome }) }
  }
}

/** The stream has ended, after the file's last of `rows` lines or before it. */
async function atEnd(turn: ShopTurn, run: SyncRun, rows: number): Promise<boolean> {
  if (run.counts.read >= rows) return allRead(turn, run)
  if (run.attempt >= MOST_SHORT_READS) return restartOperation(turn, run, 'the file ends before its last line')
  return defer(turn, run, { kind: 'unavailable' })
}

/** Customers of this run's chunk may be in an import whose submission was not answered: the chunk waits until that is resolved. */
async function waitsForUnknownJob({ shop, clock }: ShopTurn, run: SyncRun): Promise<boolean> {
  if ((await countRunImports(shop, run.id, 'unanswered')) === 0) return false
  const waitsFor = 'klaviyo_importing'
  await deferRun(shop, { id: run.id, notBefore: after(clock(), JOBS_WAIT_MS), attempt: run.attempt, waitsFor })
  return true
}

async function finishWhenDelivered(turn: ShopTurn, run: SyncRun): Promise<boolean> {
  const { shop, policy, clock } = turn
  if ((await countRunImports(shop, run.id, 'all')) > 0) {
    return deferFor(turn, run, JOBS_WAIT_MS, 'klaviyo_importing')
  }
  const now = clock()
  const finished = await transaction(async (on) => {
    if (!(await stepRun(shop, { id: run.id, from: 'delivering', to: 'finished', now }, on))) return false
    // A customer that a read of all customers did not contain was probably deleted. It is read by id to find out.
    if (run.search === null && run.operationAskedAt)
      await markMissingFromRun(shop, { run: run.id, askedAt: run.operationAskedAt, now }, on)
    await deleteUnchanged(shop, on)
    await markPending(shop, now, on)
    await lockProfiles(shop, on)
    await recountProfiles(shop, now, on)
    const most = policy.destination.mostNew
    if (most !== null) await saveHeld(shop, { run: run.id, most }, on)
    if (run.kind === 'baseline') await saveFutureSince(shop, null, on)
    if (run.search === null) await saveFilled(shop, now, on)
    if (run.trigger === 'nightly') await startReadBack(shop, { trigger: 'nightly', scope: 'sample', by: null, now }, on)
    return true
  }, WHOLE_SHOP)
  if (finished && run.kind === 'catch_up') await saveDrained(shop, { startedAt: now, now })
  if (finished) runStepped({ shop, run: run.id, kind: run.kind, state: 'finished', why: null })
  return finished
}

async function step(turn: ShopTurn, run: SyncRun, to: SyncRunState, notBefore?: Date): Promise<boolean> {
  const { shop, clock } = turn
  const moved = await transaction((on) => stepRun(shop, { id: run.id, from: run.state, to, now: clock() }, on))
  if (moved && notBefore) await deferRun(shop, { id: run.id, notBefore, attempt: run.attempt, waitsFor: null })
  if (moved) runStepped({ shop, run: run.id, kind: run.kind, state: to, why: null })
  return moved
}

/** Fields that are denied in one file are denied in the next one too. A page says which fields they are. */
const DENIED = /ACCESS_DENIED/

/** The operation failed: another one is started, after a longer wait each time, and in the end the run reads pages. */
async function restartOperation(turn: ShopTurn, run: SyncRun, why: string): Promise<boolean> {
  const { shop, clock } = turn
  const lost = await countLostOperation(shop, run.id)
  if (lost >= MOST_LOST_OPERATIONS || DENIED.test(why)) return switchToPages(turn, run, why)
  const moved = await transaction((on) =>
    stepRun(shop, { id: run.id, from: run.state, to: 'queued', now: clock() }, on),
  )
  const notBefore = after(clock(), backoffMs(lost + LOST_OPERATION_ATTEMPTS, run.id))
  if (moved) await deferRun(shop, { id: run.id, notBefore, attempt: 0, waitsFor: 'shopify_preparing' })
  runStepped({ shop, run: run.id, kind: run.kind, state: 'queued', why })
  return moved
}

async function endRun(turn: ShopTurn, run: SyncRun, to: 'failed' | 'cancelled', why: string): Promise<boolean> {
  const { shop, clock } = turn
  const ended = await transaction(async (on) => {
    await forgetShopifyAway(shop, on)
    return stepRun(shop, { id: run.id, from: run.state, to, now: clock(), failure: why }, on)
  }, WHOLE_SHOP)
  // Where the nightly check is off, nothing else brings customers in sync with the new settings.
  if (ended) await allowFullRunAgain(shop, run.id)
  if (ended && to === 'failed' && (run.trigger === 'settings_changed' || run.trigger === 'identifiers'))
    await requestComparison(shop, after(clock(), COMPARED_AGAIN_MS))
  if (ended) runStepped({ shop, run: run.id, kind: run.kind, state: to, why })
  return ended
}

async function defer(turn: ShopTurn, run: SyncRun, answer: AdminFailure): Promise<boolean> {
  const { kind } = answer
  await recordTrouble(turn.shop, answer, turn.clock())
  if (kind === 'throttled') return deferFor(turn, run, answer.retryAfterMs, 'shopify_away')
  if (kind !== 'unavailable') return deferFor(turn, run, SHOPIFY_REFUSES_MS, kind)
  const attempt = attemptsFor('shopify_away', run)
  if (attempt > MAX_UNANSWERED) return endRun(turn, run, 'failed', 'unavailable')
  await deferRun(turn.shop, {
    id: run.id,
    notBefore: after(turn.clock(), backoffMs(attempt, run.id)),
    attempt,
    waitsFor: 'shopify_away',
  })
  return false
}

async function waitForFile({ shop, clock }: ShopTurn, run: SyncRun, rows: number): Promise<boolean> {
  const now = clock()
  const waitsFor = 'shopify_preparing'
  const notBefore = after(now, BETWEEN_LOOKS_MS)
  await deferRun(shop, { id: run.id, notBefore, attempt: 0, waitsFor, written: { rows, now } })
  return false
}

async function deferFor({ shop, clock }: ShopTurn, run: SyncRun, ms: number, waitsFor: WaitsFor): Promise<boolean> {
  await deferRun(shop, { id: run.id, notBefore: after(clock(), ms), attempt: run.attempt, waitsFor })
  return false
}
