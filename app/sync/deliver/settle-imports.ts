import { importCheckMs, MAX_UNANSWERED_MS } from '#app/core/flow/import-check.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findImport, type ImportCounts, mayBeRunning } from '#app/klaviyo/import-jobs.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { forgetJob, type ImportJob, listDueJobs, saveNextCheck, settleJob } from '#app/store/import-jobs.ts'
import { saveRetries } from '#app/store/marks.ts'
import { listAwaitedProfiles, wakeWaiting } from '#app/store/profile-owners.ts'
import { countRefused } from '#app/store/run-progress.ts'
import { saveSettledImport } from '#app/store/settled-imports.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { importForgotten, importSettled } from '../events.ts'
import { recordImported } from '../loyalty/record-loyalty.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { acquireCalls } from './acquire-calls.ts'
import { applyBackpressure } from './apply-backpressure.ts'
import { findUnapplied } from './find-unapplied.ts'

/** For differing clocks, and for a request that timed out here but becomes a job in Klaviyo a little later. */
const CLOCK_SLACK_MS = 2 * 60_000
/** Longer than a submission waits for its answer. */
const ANSWERED_WITHIN_MS = 60_000
const SETTLES_WITHIN_MS = 5_000
const MOST_PAGES = 10

/**
 * Checks the import jobs that are due, those of runs only if `ofRuns` is true, and settles the customers of those that have ended. Returns
 * how many jobs it settled.
 */
export async function settleImports(turn: ShopTurn, { ofRuns }: { ofRuns: boolean }): Promise<number> {
  let settled = 0
  for (const job of await listDueJobs(turn.shop, { ofRuns, now: turn.clock() })) {
    const done =
      job.klaviyoJob === null ? await resolveUnknown(turn, job) : await settleKnown(turn, job, job.klaviyoJob)
    if (done === 'stop') break
    if (done === 'settled') settled++
  }
  return settled
}

type JobCheck = 'settled' | 'not_yet' | 'stop'

async function settleKnown(turn: ShopTurn, job: ImportJob, klaviyoJob: string): Promise<JobCheck> {
  const { credential } = turn
  const allowed = await acquireCalls(turn, endpoints.findImport, 1)
  if (allowed.kind !== 'granted') return putOff(turn, job, allowed)
  const state = await findImport(credential.key, klaviyoJob)
  const stop = await applyBackpressure(turn, allowed, [state])
  if (state.kind === 'complete') return completeJob(turn, job, klaviyoJob, state.counts)
  if (state.kind === 'lost') return forgetAndRetry(turn, job)
  if (state.kind !== 'under_way') return putOff(turn, job, stop)
  await saveNextCheck(turn.shop, job.id, after(turn.clock(), importCheckMs(job.checks + 1)))
  return 'not_yet'
}

/**
 * Resolves a job whose submission was never answered. Once no import that could be it is being processed, it can no longer overwrite what
 * is sent now, and its customers are sent again. Imports created later, or larger ones, are other jobs.
 */
async function resolveUnknown(turn: ShopTurn, job: ImportJob): Promise<JobCheck> {
  const { clock } = turn
  const now = clock()
  const settlesAt = after(job.submittedAt, SETTLES_WITHIN_MS)
  if (now < settlesAt) {
    await saveNextCheck(turn.shop, job.id, settlesAt)
    return 'not_yet'
  }
  if (now > after(job.submittedAt, MAX_UNANSWERED_MS)) return forgetAndRetry(turn, job)
  const found = await isUnderWay(turn, job)
  if (found.kind === 'stopped') return putOff(turn, job, found.stop)
  if (!found.underWay) return forgetAndRetry(turn, job)
  await saveNextCheck(turn.shop, job.id, after(now, importCheckMs(job.checks + 1)))
  return 'not_yet'
}

async function isUnderWay(
  turn: ShopTurn,
  { submittedAt, profiles }: ImportJob,
): Promise<{ kind: 'found'; underWay: boolean } | { kind: 'stopped'; stop: Interruption | null }> {
  const { key } = turn.credential
  const until = after(submittedAt, ANSWERED_WITHIN_MS + CLOCK_SLACK_MS)
  const unanswered = { since: after(submittedAt, -CLOCK_SLACK_MS), until, profiles }
  let page: { next: string } | null = null
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const allowed = await acquireCalls(turn, endpoints.listImports, 1)
    if (allowed.kind !== 'granted') return { kind: 'stopped', stop: allowed }
    const found = await mayBeRunning(key, unanswered, page)
    const stop = await applyBackpressure(turn, allowed, [found])
    if (found.kind !== 'found') return { kind: 'stopped', stop }
    if (found.next === null) return found
    page = { next: found.next }
  }
  return { kind: 'found', underWay: true }
}

async function completeJob(
  turn: ShopTurn,
  job: ImportJob,
  klaviyoJob: string,
  counts: ImportCounts,
): Promise<JobCheck> {
  const { shop, clock } = turn
  const unapplied = await findUnapplied(turn, job, { klaviyoJob, counts })
  if (unapplied.kind === 'stopped') return putOff(turn, job, unapplied.stop)
  const failed = unapplied.customers
  const now = clock()
  const synced = await transaction(async (on) => {
    await saveSettledImport(shop, { job: job.id, klaviyoJob, now }, on)
    await recordImported(shop, { job: job.id, failed, now }, on)
    const awaited = await listAwaitedProfiles(shop, job.id, on)
    const synced = await settleJob(shop, job.id, failed, now, on)
    await wakeWaiting(shop, { klaviyoIds: awaited, except: [], now }, on)
    // Sent one by one, Klaviyo accepts each profile or says why not.
    await saveRetries(
      shop,
      failed.map((customerId) => ({ customerId, attempt: 0, notBefore: now, singleOnly: true })),
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
 * Deletes a job of which it is not known what was applied. Its customers are pushed again: with their chunk if that is still to be delivered,
 * otherwise through marks, and one at a time if one of them may be the reason that the import was never answered. This does not count as
 * progress of the run.
 */
async function forgetAndRetry({ shop, clock }: ShopTurn, job: ImportJob): Promise<JobCheck> {
  const now = clock()
  const openRun = await findOpenRun(shop, autocommit)
  const chunkComesAgain = job.klaviyoJob === null && job.run !== null && openRun?.id === job.run
  const customers = await transaction(async (on) => {
    const customers = await forgetJob(shop, job.id, on)
    const retries = customers.map((customerId) => ({ customerId, attempt: 0, notBefore: now, singleOnly: job.suspect }))
    if (!chunkComesAgain) await saveRetries(shop, retries, now, on)
    return customers.length
  })
  importForgotten({ shop, job: job.id, customers })
  return 'settled'
}

/** Defers the check of a job, longer each time and at least until calls are allowed again. No other job is checked now. */
async function putOff({ shop, clock }: ShopTurn, job: ImportJob, stop: Interruption | null): Promise<JobCheck> {
  const now = clock()
  const waitMs = Math.max(stop?.kind === 'throttled' ? stop.retryAfterMs : 0, importCheckMs(job.checks + 1))
  await saveNextCheck(shop, job.id, after(now, waitMs))
  return 'stop'
}
