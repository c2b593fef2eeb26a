import type { Endpoint } from '#app/core/flow/budget.ts'
import { importCheckMs } from '#app/core/flow/import-check.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findImport, hasImportUnderWay, listImportErrors } from '#app/klaviyo/import-jobs.ts'
import { transaction } from '#app/store/database.ts'
import {
  forgetJob,
  type ImportJob,
  listCarried,
  listDueJobs,
  saveNextCheck,
  settleJob,
} from '#app/store/import-jobs.ts'
import { saveRetries } from '#app/store/marks.ts'
import { countRefused } from '#app/store/run-progress.ts'
import { saveSettledImport } from '#app/store/settled-imports.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { importForgotten, importSettled } from '../events.ts'
import { noteImported } from '../loyalty/note-loyalty.ts'
import type { Conducting } from './conducting.ts'
import { hashOf } from './read-profile.ts'
import { heedInterruption, takeCalls } from './take-calls.ts'

/** Clocks differ, and a request that nobody awaits any more may take a moment to become a job. */
const CLOCK_SLACK_MS = 2 * 60_000
const SETTLES_WITHIN_MS = 5_000

/** Looks at the import jobs whose turn has come and settles the customers of those that are over. Yields how many it settled. */
export async function settleImports(conducting: Conducting): Promise<number> {
  let settled = 0
  for (const job of await listDueJobs(conducting.shop, conducting.clock())) {
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
  if (allowed.kind !== 'granted') return 'stop'
  const state = await findImport(connection.key, klaviyoJob)
  if (state.kind === 'complete') return completeJob(conducting, job, klaviyoJob, state.failed)
  if (state.kind === 'lost') return forget(conducting, job)
  if (state.kind !== 'under_way') return interrupted(conducting, job, endpoints.findImport, state)
  await saveNextCheck(conducting.shop, job.id, after(conducting.clock(), importCheckMs(job.checks + 1)))
  return 'not_yet'
}

/**
 * A job whose submission was never answered. Once no import that could be it is under way, what it applied is settled fact,
 * and sending its customers again can no longer be overtaken by it.
 */
async function resolveUnknown(conducting: Conducting, job: ImportJob): Promise<Looked> {
  const { connection, clock } = conducting
  const now = clock()
  const settlesAt = after(job.submittedAt, SETTLES_WITHIN_MS)
  if (now < settlesAt) {
    await saveNextCheck(conducting.shop, job.id, settlesAt)
    return 'not_yet'
  }
  const allowed = await takeCalls(conducting, endpoints.listImports, 1)
  if (allowed.kind !== 'granted') return 'stop'
  const found = await hasImportUnderWay(connection.key, after(job.submittedAt, -CLOCK_SLACK_MS))
  if (found.kind !== 'found') return interrupted(conducting, job, endpoints.listImports, found)
  if (!found.underWay) return forget(conducting, job)
  await saveNextCheck(conducting.shop, job.id, after(now, importCheckMs(job.checks + 1)))
  return 'not_yet'
}

async function completeJob(
  conducting: Conducting,
  job: ImportJob,
  klaviyoJob: string,
  failures: number,
): Promise<Looked> {
  const { shop, clock } = conducting
  const failed = failures === 0 ? [] : await findFailed(conducting, job, klaviyoJob, failures)
  if (!failed) return putOff(conducting, job)
  const now = clock()
  const synced = await transaction(async (on) => {
    await saveSettledImport(shop, { job: job.id, klaviyoJob, now }, on)
    await noteImported(shop, { job: job.id, failed, now }, on)
    const synced = await settleJob(shop, job.id, failed, now, on)
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
 * The customers a job failed on, told by what was sent; all it carried when Klaviyo does not tell all of them. Null when it
 * cannot be asked just now.
 */
async function findFailed(
  conducting: Conducting,
  job: ImportJob,
  klaviyoJob: string,
  failures: number,
): Promise<CustomerId[] | null> {
  const hashes: string[] = []
  for (let page: { klaviyoJob: string } | { next: string } | null = { klaviyoJob }; page; ) {
    const allowed = await takeCalls(conducting, endpoints.listImportErrors, 1)
    if (allowed.kind !== 'granted') return null
    const answer = await listImportErrors(conducting.connection.key, page)
    if (answer.kind !== 'page') {
      await heedInterruption(conducting, endpoints.listImportErrors, answer)
      return null
    }
    for (const attributes of answer.failed)
      if (attributes) hashes.push(hashOf(canonicalProfile(attributes as unknown as Profile)))
    page = answer.next === null ? null : { next: answer.next }
  }
  const failed = await listCarried(conducting.shop, job.id, hashes)
  return failed.length >= failures ? failed : listCarried(conducting.shop, job.id)
}

/** Nobody knows what the job applied: its customers are pushed again, by their chunk if it is still to be done, else by marks. */
async function forget({ shop, clock }: Conducting, job: ImportJob): Promise<Looked> {
  const now = clock()
  const openRun = await findOpenRun(shop)
  const chunkComesAgain = job.klaviyoJob === null && job.run !== null && openRun?.id === job.run
  const customers = await transaction(async (on) => {
    const customers = await forgetJob(shop, job.id, on)
    const retries = customers.map((customerId) => ({ customerId, attempt: 0, notBefore: now, alone: false }))
    if (!chunkComesAgain) await saveRetries(shop, retries, now, on)
    if (job.run) await countRefused(shop, job.run, 0, now, on)
    return customers.length
  })
  importForgotten({ shop, job: job.id, customers })
  return 'settled'
}

async function interrupted(
  conducting: Conducting,
  job: ImportJob,
  endpoint: Endpoint,
  interruption: Interruption,
): Promise<Looked> {
  await heedInterruption(conducting, endpoint, interruption)
  return putOff(conducting, job)
}

async function putOff(conducting: Conducting, job: ImportJob): Promise<Looked> {
  await saveNextCheck(conducting.shop, job.id, after(conducting.clock(), importCheckMs(job.checks + 1)))
  return 'stop'
}
