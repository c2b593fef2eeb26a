import { backoffMs, MOST_UNANSWERED, triesFor } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { WaitsFor } from '#app/core/flow/stall.ts'
import type { SyncRunState } from '#app/core/flow/sync-run-state.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { standingAsked } from '#app/core/profile/rules.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { BulkFileGone, type FileChunk } from '#app/shopify/bulk-file.ts'
import { findBulkOperation, startBulkCustomers } from '#app/shopify/bulk-operations.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { countRunJobs } from '#app/store/import-jobs.ts'
import { askForComparison, saveDrained, saveFilled, saveFutureSince } from '#app/store/integration.ts'
import { markUnseen } from '#app/store/marks.ts'
import { countLostOperation, deferRun, noteGathering, saveHeld, saveRunOperation } from '#app/store/run-progress.ts'
import { deleteStandings } from '#app/store/standings.ts'
import { findOpenRun, giveHourBack, type SyncRun, stepRun } from '#app/store/sync-runs.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'
import { noteTrouble } from '../shopify/note-trouble.ts'
import { gatherStandings } from '../standing/gather-standings.ts'
import { deliverChunk } from './deliver-chunk.ts'
import { readRunPage, turnToPages } from './read-by-pages.ts'
import type { RunReader } from './run-reader.ts'

const FIRST_LOOK_MS = 500
const BETWEEN_LOOKS_MS = 2_000
const BUSY_SHOP_MS = 30_000
const SHOPIFY_REFUSES_MS = 60_000
const JOBS_WAIT_MS = 2_000
/** Then live changes have their turn. */
const GATHER_MS = 2_000
const POINTS_WAIT_MS = 2_000
const COMPARED_AGAIN_MS = 60 * 60_000

/** Operations that Shopify may lose before the run reads pages instead: by then, some ten minutes have gone by. */
const MOST_LOST_OPERATIONS = 5
/** Looks at a file that ends before its last line; after that it is taken for lost. */
const MOST_SHORT_READS = 5
/** The first wait after a lost operation is as long as the sixth after a question without an answer. */
const LOST_IS_WORSE_BY = 5

/** Takes the shop's open run one step further, if it is due. Yields whether it did anything. */
export async function advanceRun(conducting: Conducting, reader: RunReader): Promise<boolean> {
  const run = await findOpenRun(conducting.shop)
  if (!run || run.state === 'paused' || run.notBefore > conducting.clock()) return false
  switch (run.state) {
    case 'queued':
      return askForOperation(conducting, run)
    case 'reading':
      return readOn(conducting, run, reader)
    case 'delivering':
      return finishWhenDelivered(conducting, run)
    default:
      return false
  }
}

async function askForOperation(conducting: Conducting, run: SyncRun): Promise<boolean> {
  const { shop, connection, clock } = conducting
  // What was gathered beside an operation before is older than the file of this one.
  await deleteStandings(shop, run.id)
  const askedAt = clock()
  const counted = await countCustomers(shop, run.search)
  const metafields = metafieldsRead(connection.mapping.mapping)
  const answer = await startBulkCustomers(shop, metafields, run.search)
  if (answer.kind !== 'answered') return defer(conducting, run, answer)
  await noteTrouble(shop, answer, clock())
  const { data: start } = answer
  if (start.kind === 'refused') return turnToPages(conducting, run, start.words)
  if (start.kind === 'busy') return deferFor(conducting, run, BUSY_SHOP_MS, 'shopify_gathering')
  await saveRunOperation(shop, {
    id: run.id,
    operation: start.operation,
    metafields,
    askedAt,
    checkAt: after(clock(), FIRST_LOOK_MS),
  })
  await deferRun(shop, {
    id: run.id,
    notBefore: after(clock(), FIRST_LOOK_MS),
    attempt: run.attempt,
    waitsFor: 'shopify_gathering',
    expected: counted.kind === 'answered' ? counted.data : null,
  })
  return step(conducting, run, 'reading', after(clock(), FIRST_LOOK_MS))
}

async function readOn(conducting: Conducting, run: SyncRun, reader: RunReader): Promise<boolean> {
  if (await waitsForUnknownJob(conducting, run)) return false
  if (run.byPages) return readPageOn(conducting, run)
  const { bulkOperation, metafields } = run
  if (!bulkOperation || !metafields) return askAgain(conducting, run, 'asked for by an earlier version')
  const held = await gatherForRun(conducting, run)
  if (held) return held.worked
  let seen: { rows: number } | null = null
  let standstill: (() => Promise<boolean>) | null = null
  const file = async () => {
    const answer = await findBulkOperation(conducting.shop, bulkOperation)
    if (answer.kind !== 'answered') standstill = () => defer(conducting, run, answer)
    else if (answer.data.kind === 'running') standstill = stillGathering(answer.data.rows)
    else if (answer.data.kind === 'lost') standstill = lostBecause(answer.data.words)
    else seen = { rows: answer.data.rows }
    return answer.kind === 'answered' && answer.data.kind === 'completed' ? answer.data.file : null
  }
  const stillGathering = (rows: number) => () => waitForFile(conducting, run, rows)
  const lostBecause = (words: string) => () => askAgain(conducting, run, words)
  let chunk: FileChunk | null
  try {
    chunk = await reader.chunkAt({ operation: bulkOperation, metafields }, run.byteOffset, file)
  } catch (error) {
    if (error instanceof BulkFileGone) return askAgain(conducting, run, error.message)
    await reader.close()
    return defer(conducting, run, { kind: 'unavailable' })
  }
  // A page has the id of each customer, also where a line of the file has none.
  if (chunk && chunk.nameless > 0) return turnToPages(conducting, run, 'a line of the file has no customer id')
  if (chunk) return deliverChunk(conducting, run, { ...chunk, cursor: null, standings: null })
  if (standstill) return (standstill as () => Promise<boolean>)()
  return atEnd(conducting, run, reader, seen)
}

async function readPageOn(conducting: Conducting, run: SyncRun): Promise<boolean> {
  const answer = await readRunPage(conducting, run)
  if (answer.kind !== 'answered') return defer(conducting, run, answer)
  await noteTrouble(conducting.shop, answer, conducting.clock())
  if (!answer.data) return step(conducting, run, 'delivering')
  return deliverChunk(conducting, run, answer.data)
}

/**
 * Gathers what the rules want to know beside the file, after the file was asked for and before anything of it is delivered. Yields
 * what holds the run up, and whether anything was done; null when all is there. What is gathered already costs one look.
 */
async function gatherForRun(conducting: Conducting, run: SyncRun): Promise<{ worked: boolean } | null> {
  const { shop, connection, clock } = conducting
  const asked = standingAsked(connection.rules)
  if (!asked) return null
  const until = after(clock(), GATHER_MS)
  const gathered = await gatherStandings(shop, run.id, asked, { until, clock })
  if (gathered !== 'complete') await noteGathering(shop, run.id)
  switch (gathered) {
    case 'complete':
      return null
    case 'under_way':
      if (clock() >= until) return { worked: true }
      return { worked: await deferFor(conducting, run, BETWEEN_LOOKS_MS, 'shopify_gathering') }
    case 'throttled':
      return { worked: await deferFor(conducting, run, POINTS_WAIT_MS, 'shopify_gathering') }
    default:
      return { worked: await defer(conducting, run, { kind: gathered }) }
  }
}

/** The stream ended. A connection that broke between two lines ends like that too, so the lines are counted. */
async function atEnd(
  conducting: Conducting,
  run: SyncRun,
  reader: RunReader,
  seen: { rows: number } | null,
): Promise<boolean> {
  await reader.close()
  const answer = seen ?? (await rowsOf(conducting, run))
  if ('kind' in answer) return defer(conducting, run, answer)
  if (run.counts.read < answer.rows) {
    if (run.attempt >= MOST_SHORT_READS) return askAgain(conducting, run, 'the file ends before its last line')
    return defer(conducting, run, { kind: 'unavailable' })
  }
  return step(conducting, run, 'delivering')
}

async function rowsOf({ shop }: Conducting, run: SyncRun): Promise<{ rows: number } | AdminFailure> {
  const answer = await findBulkOperation(shop, run.bulkOperation!)
  if (answer.kind !== 'answered') return answer
  return { rows: answer.data.kind === 'lost' ? Number.POSITIVE_INFINITY : answer.data.rows }
}

/** Customers of this run's chunk may be in an import that nobody has heard of since: the chunk waits for it. */
async function waitsForUnknownJob({ shop, clock }: Conducting, run: SyncRun): Promise<boolean> {
  if ((await countRunJobs(shop, run.id, 'unanswered')) === 0) return false
  const waitsFor = 'klaviyo_importing'
  await deferRun(shop, { id: run.id, notBefore: after(clock(), JOBS_WAIT_MS), attempt: run.attempt, waitsFor })
  return true
}

async function finishWhenDelivered(conducting: Conducting, run: SyncRun): Promise<boolean> {
  const { shop, connection, clock } = conducting
  if ((await countRunJobs(shop, run.id, 'all')) > 0) {
    return deferFor(conducting, run, JOBS_WAIT_MS, 'klaviyo_importing')
  }
  const now = clock()
  const finished = await transaction(async (on) => {
    if (!(await stepRun(shop, { id: run.id, from: 'delivering', to: 'finished', now }, on))) return false
    // Whom a read of every customer did not come across is probably gone: asked for by id, Shopify says so.
    if (run.search === null && run.operationAskedAt) await markUnseen(shop, run.operationAskedAt, now, on)
    const most = connection.delivery.mostNew
    if (most !== null) await saveHeld(shop, { run: run.id, most }, on)
    if (run.kind === 'baseline') await saveFutureSince(shop, null, on)
    if (run.search === null) await saveFilled(shop, now, on)
    return true
  }, WHOLE_SHOP)
  if (finished && run.kind === 'catch_up') await saveDrained(shop, { startedAt: now, now })
  if (finished) runStepped({ shop, run: run.id, kind: run.kind, state: 'finished', why: null })
  return finished
}

async function step(conducting: Conducting, run: SyncRun, to: SyncRunState, notBefore?: Date): Promise<boolean> {
  const { shop, clock } = conducting
  const moved = await stepRun(shop, { id: run.id, from: run.state, to, now: clock() })
  if (moved && notBefore) await deferRun(shop, { id: run.id, notBefore, attempt: run.attempt, waitsFor: null })
  if (moved) runStepped({ shop, run: run.id, kind: run.kind, state: to, why: null })
  return moved
}

/** What may not be seen in a file is no more to be seen in the next one; a page tells which fields it is. */
const DENIED = /ACCESS_DENIED/

/** The operation came to nothing: another is asked for, later each time, and in the end pages. */
async function askAgain(conducting: Conducting, run: SyncRun, why: string): Promise<boolean> {
  const { shop, clock } = conducting
  const lost = await countLostOperation(shop, run.id)
  if (lost >= MOST_LOST_OPERATIONS || DENIED.test(why)) return turnToPages(conducting, run, why)
  const moved = await stepRun(shop, { id: run.id, from: run.state, to: 'queued', now: clock() })
  const notBefore = after(clock(), backoffMs(lost + LOST_IS_WORSE_BY, run.id))
  if (moved) await deferRun(shop, { id: run.id, notBefore, attempt: 0, waitsFor: 'shopify_gathering' })
  runStepped({ shop, run: run.id, kind: run.kind, state: 'queued', why })
  return moved
}

async function endRun(conducting: Conducting, run: SyncRun, to: 'failed', why: string): Promise<boolean> {
  const { shop, clock } = conducting
  const ended = await stepRun(shop, { id: run.id, from: run.state, to, now: clock(), failure: why })
  // Where the nightly check is off, nothing else brings customers in sync with the new settings.
  if (ended) await giveHourBack(shop, run.id)
  if (ended && (run.trigger === 'settings_changed' || run.trigger === 'identifiers'))
    await askForComparison(shop, after(clock(), COMPARED_AGAIN_MS))
  if (ended) runStepped({ shop, run: run.id, kind: run.kind, state: to, why })
  return ended
}

async function defer(conducting: Conducting, run: SyncRun, answer: AdminFailure): Promise<boolean> {
  const { kind } = answer
  await noteTrouble(conducting.shop, answer, conducting.clock())
  if (kind === 'throttled') return deferFor(conducting, run, answer.retryAfterMs, 'shopify_away')
  if (kind !== 'unavailable') return deferFor(conducting, run, SHOPIFY_REFUSES_MS, kind)
  const attempt = triesFor('shopify_away', run)
  if (attempt > MOST_UNANSWERED) return endRun(conducting, run, 'failed', 'unavailable')
  await deferRun(conducting.shop, {
    id: run.id,
    notBefore: after(conducting.clock(), backoffMs(attempt, run.id)),
    attempt,
    waitsFor: 'shopify_away',
  })
  return false
}

async function waitForFile({ shop, clock }: Conducting, run: SyncRun, rows: number): Promise<boolean> {
  const now = clock()
  const waitsFor = 'shopify_gathering'
  const notBefore = after(now, BETWEEN_LOOKS_MS)
  await deferRun(shop, { id: run.id, notBefore, attempt: 0, waitsFor, gathered: { rows, now } })
  return false
}

async function deferFor({ shop, clock }: Conducting, run: SyncRun, ms: number, waitsFor: WaitsFor): Promise<boolean> {
  await deferRun(shop, { id: run.id, notBefore: after(clock(), ms), attempt: run.attempt, waitsFor })
  return false
}
