import { importCheckMs, UNANSWERED_MOST_MS } from '#app/core/flow/import-check.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findImport, hasImportUnderWay, type ImportCounts } from '#app/klaviyo/import-jobs.ts'
import { transaction } from '#app/store/database.ts'
import { forgetJob, type ImportJob, listDueJobs, saveNextCheck, settleJob } from '#app/store/import-jobs.ts'
import { saveRetries } from '#app/store/marks.ts'
import { listAwaitedOf, wakeWaiting } from '#app/store/profile-owners.ts'
import { countRefused } from '#app/store/run-progress.ts'
import { saveSettledImport } from '#app/store/settled-imports.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { importForgotten, importSettled } from '../events.ts'
import { noteImported } from '../loyalty/note-loyalty.ts'
import type { Conducting } from './conducting.ts'
import { findUnapplied } from './find-unapplied.ts'
import { heedAnswers } from './heed-answers.ts'
import { takeCalls } from './take-calls.ts'

/** Clocks differ, and a request that nobody awaits any more may take a moment to become a job. */
const CLOCK_SLACK_MS = 2 * 60_000
/** Longer than a submission waits for its answer. */
const ANSWERED_WITHIN_MS = 60_000
const SETTLES_WITHIN_MS = 5_000
const MOST_PAGES = 10

/**
 * Looks at the import jobs whose turn has come, those of runs only if `ofRuns` says so, and settles the customers of those that are over. Yields how
 * many it settled.
 */
export async function settleImports(conducting: Conducting, { ofRuns }: { ofRuns: boolean }): Promise<number> {
  let settled = 0
  for (const job of await listDueJobs(conducting.shop, { ofRuns, now: conducting.clock() })) {
    const done =
      job.klaviyoJob === null
        ? await resolveUnknown(conducting, job)
        : await settleKnown(conducting, job, job.klaviyoJob)
    if (done === 'stop') break
    if (done === 'settled') settled++
  }
  return settled
}

type Looked = 'settled' | 'not_yet' | 'stop'

async function settleKnown(conducting: Conducting, job: ImportJob, klaviyoJob: string): Promise<Looked> {
  const { connection } = conducting
  const allowed = await takeCalls(conducting, endpoints.findImport, 1)
  if (allowed.kind !== 'granted') return putOff(conducting, job, allowed)
  const state = await findImport(connection.key, klaviyoJob)
  const stop = await heedAnswers(conducting, allowed, [state])
  if (state.kind === 'complete') return completeJob(conducting, job, klaviyoJob, state.counts)
  if (state.kind === 'lost') return forget(conducting, job)
  if (state.kind !== 'under_way') return putOff(conducting, job, stop)
  await saveNextCheck(conducting.shop, job.id, after(conducting.clock(), importCheckMs(job.checks + 1)))
  return 'not_yet'
}

/**
 * A job whose submission was never answered. Once no import that could be it is under way, what it applied is settled fact,
 * and sending its customers again can no longer be overtaken by it. Imports made later, or larger ones, are somebody else's.
 */
async function resolveUnknown(conducting: Conducting, job: ImportJob): Promise<Looked> {
  const { clock } = conducting
  const now = clock()
  const settlesAt = after(job.submittedAt, SETTLES_WITHIN_MS)
  if (now < settlesAt) {
    await saveNextCheck(conducting.shop, job.id, settlesAt)
    return 'not_yet'
  }
  if (now > after(job.submittedAt, UNANSWERED_MOST_MS)) return forget(conducting, job)
  const found = await isUnderWay(conducting, job)
  if (found.kind === 'stopped') return putOff(conducting, job, found.stop)
  if (!found.underWay) return forget(conducting, job)
  await saveNextCheck(conducting.shop, job.id, after(now, importCheckMs(job.checks + 1)))
  return 'not_yet'
}

async function isUnderWay(
  conducting: Conducting,
  { submittedAt, profiles }: ImportJob,
): Promise<{ kind: 'found'; underWay: boolean } | { kind: 'stopped'; stop: Interruption | null }> {
  const { key } = conducting.connection
  const until = after(submittedAt, ANSWERED_WITHIN_MS + CLOCK_SLACK_MS)
  const unanswered = { since: after(submittedAt, -CLOCK_SLACK_MS), until, profiles }
  let page: { next: string } | null = null
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const allowed = await takeCalls(conducting, endpoints.listImports, 1)
    if (allowed.kind !== 'granted') return { kind: 'stopped', stop: allowed }
    const found = await hasImportUnderWay(key, unanswered, page)
    const stop = await heedAnswers(conducting, allowed, [found])
    if (found.kind !== 'found') return { kind: 'stopped', stop }
    if (found.next === null) return found
    page = { next: found.next }
  }
  return { kind: 'found', underWay: true }
}

async function completeJob(
  conducting: Conducting,
  job: ImportJob,
  klaviyoJob: string,
  counts: ImportCounts,
): Promise<Looked> {
  const { shop, clock } = conducting
  const unapplied = await findUnapplied(conducting, job, { klaviyoJob, counts })
  if (unapplied.kind === 'stopped') return putOff(conducting, job, unapplied.stop)
  const failed = unapplied.customers
  const now = clock()
  const synced = await transaction(async (on) => {
    await saveSettledImport(shop, { job: job.id, klaviyoJob, now }, on)
    await noteImported(shop, { job: job.id, failed, now }, on)
    const awaited = await listAwaitedOf(shop, job.id, on)
    const synced = await settleJob(shop, job.id, failed, now, on)
    await wakeWaiting(shop, { klaviyoIds: awaited, except: [], now }, on)
    // Alone, Klaviyo says of each what it minds, or takes it after all.
    await saveRetries(
      shop,
      failed.map((customerId) => ({ customerId, attempt: 0, notBefore: now, alone: true })),
      now,
      on,
    )
    if (job.run) await countRefused(shop, job.run, failed.length, now, on)
    await addToHour(shop, { calls: 1 }, now, on)
    return synced
  })
  importSettled({ shop, job: job.id, synced, failed: failed.length })
  return 'settled'
}

/**
 * Gives up on a job of which it is not known what was applied. Its customers are pushed again: with their chunk if that is still to be done,
 * else through marks, and one at a time if one of them may be why the import was never answered. This does not count as progress of the run.
 */
async function forget({ shop, clock }: Conducting, job: ImportJob): Promise<Looked> {
  const now = clock()
  const openRun = await findOpenRun(shop)
  const chunkComesAgain = job.klaviyoJob === null && job.run !== null && openRun?.id === job.run
  const customers = await transaction(async (on) => {
    const customers = await forgetJob(shop, job.id, on)
    const retries = customers.map((customerId) => ({ customerId, attempt: 0, notBefore: now, alone: job.suspect }))
    if (!chunkComesAgain) await saveRetries(shop, retries, now, on)
    return customers.length
  })
  importForgotten({ shop, job: job.id, customers })
  return 'settled'
}

/** Nothing more is asked of imports now. Looked at again later each time, and not before calls are tried again. */
async function putOff({ shop, clock }: Conducting, job: ImportJob, stop: Interruption | null): Promise<Looked> {
  const now = clock()
  const waitMs = Math.max(stop?.kind === 'throttled' ? stop.retryAfterMs : 0, importCheckMs(job.checks + 1))
  await saveNextCheck(shop, job.id, after(now, waitMs))
  return 'stop'
}
