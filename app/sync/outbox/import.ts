import { bucketsOf, type Deliveries, type HeardSeconds, withoutFailed } from '#app/core/flow/delivery-times.ts'
import { isOfChange, type LastHeard } from '#app/core/flow/heard.ts'
import { importCheckMs, MAX_UNANSWERED_MS } from '#app/core/flow/import-check.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findImport, type ImportCounts, mayBeRunning } from '#app/klaviyo/import-jobs.ts'
import { findCarriedHeard, forgetImport, type ImportRequest, settleImport } from '#app/store/imports.ts'
import { requestKlaviyoIds } from '#app/store/klaviyo-ids.ts'
import { saveRetries } from '#app/store/marks.ts'
import { listAwaitedProfiles, wakeWaiting } from '#app/store/profile-owners.ts'
import { countRefused } from '#app/store/run-progress.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'
import { importForgotten, importSettled } from '../events.ts'
import { recordImported } from '../loyalty/record-loyalty.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { callKlaviyo } from './call-klaviyo.ts'
import { findUnapplied } from './find-unapplied.ts'
import type { RequestModule, Resolution } from './request-module.ts'

/** For differing clocks, and for a request that timed out here but becomes a job in Klaviyo a little later. */
const CLOCK_SLACK_MS = 2 * 60_000
/** Longer than a submission waits for its answer. */
const ANSWERED_WITHIN_MS = 60_000
const SETTLES_WITHIN_MS = 5_000
const MOST_PAGES = 10

type Kind = 'import' | 'run_import'
type Checked = Awaited<ReturnType<typeof findImport>>

/** Checks imports of changes, and settles the customers of those that have ended. */
export const importOfChanges = importModule('import')
/** The same for imports of runs. */
export const importOfRun = importModule('run_import')

function importModule<Of extends Kind>(kind: Of): RequestModule<Of, string, Checked> {
  return {
    kind,
    endpoint: endpoints.findImport,
    atATime: 50,
    atOnce: 1,
    prepare: async (turn, [request]) => [
      request!.remoteId === null ? await resolveUnknown(turn, request!) : [request!.remoteId],
    ],
    send: ({ credential }, klaviyoJob) => findImport(credential.access, klaviyoJob),
    async resolve(turn, answer, klaviyoJob, request) {
      if (answer.kind === 'complete') return complete(turn, request, klaviyoJob, answer.counts)
      return answer.kind === 'lost' ? forgetAndRetry(turn, request) : checkLater(turn, request)
    },
  }
}

function checkLater({ clock }: ShopTurn, { createdAt }: ImportRequest): Resolution {
  return { kind: 'kept', waitMs: importCheckMs(clock().getTime() - createdAt.getTime()) }
}

/**
 * Resolves an import whose submission was never answered. Once no import that could be it is being processed, it can no longer overwrite
 * what is sent now, and its customers are sent again. Imports created later, or larger ones, are other imports.
 */
async function resolveUnknown(turn: ShopTurn, request: ImportRequest): Promise<Resolution> {
  const { createdAt } = request
  const now = turn.clock()
  const settlesAt = after(createdAt, SETTLES_WITHIN_MS)
  if (now < settlesAt) return { kind: 'kept', waitMs: settlesAt.getTime() - now.getTime() }
  if (now > after(createdAt, MAX_UNANSWERED_MS)) return forgetAndRetry(turn, request)
  const found = await isUnderWay(turn, request)
  if (found.kind !== 'found') return found
  return found.underWay ? checkLater(turn, request) : forgetAndRetry(turn, request)
}

async function isUnderWay(
  turn: ShopTurn,
  { createdAt, payload: { profiles } }: ImportRequest,
): Promise<{ readonly kind: 'found'; readonly underWay: boolean } | Interruption> {
  const until = after(createdAt, ANSWERED_WITHIN_MS + CLOCK_SLACK_MS)
  const unanswered = { since: after(createdAt, -CLOCK_SLACK_MS), until, profiles }
  let page: { next: string } | null = null
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const found: Awaited<ReturnType<typeof mayBeRunning>> = await callKlaviyo(turn, endpoints.listImports, (access) =>
      mayBeRunning(access, unanswered, page),
    )
    if (found.kind !== 'found') return found
    if (found.next === null) return found
    page = { next: found.next }
  }
  return { kind: 'found', underWay: true }
}

async function complete(
  turn: ShopTurn,
  { id, payload }: ImportRequest,
  klaviyoJob: string,
  counts: ImportCounts,
): Promise<Resolution> {
  const { shop, clock } = turn
  const unapplied = await findUnapplied(turn, { id, profiles: payload.profiles }, { klaviyoJob, counts })
  if (unapplied.kind !== 'found') return unapplied
  const failed = unapplied.customers
  const now = clock()
  let synced = 0
  return {
    kind: 'ended',
    async save(on) {
      await requestKlaviyoIds(shop, { klaviyoJob, awaitsIds: payload.awaitsIds, now }, on)
      await recordImported(shop, { request: id, failed, read: turn.policy, now }, on)
      const awaited = await listAwaitedProfiles(shop, id, on)
      const heard = payload.run === null ? await findCarriedHeard(shop, id, failed, on) : failed.map(() => null)
      synced = await settleImport(shop, id, failed, now, on)
      await wakeWaiting(shop, { klaviyoIds: awaited, except: [], now }, on)
      // Sent one by one, Klaviyo accepts each profile or says why not.
      const { remaining, wasCounted } = withoutFailed(payload.heard ?? [], heard.map(secondOf))
      const retries = failed.map((customerId, i) => {
        return { customerId, attempt: 0, notBefore: now, singleOnly: true, heard: wasCounted[i] ? heard[i]! : null }
      })
      await saveRetries(shop, retries, now, on)
      if (payload.run) await countRefused(shop, payload.run, failed.length, now, on)
      const deliveryTimes = synced > 0 ? bucketsOf(sinceHeard(remaining, now)) : []
      await addToHour(shop, { calls: 1, runPushed: payload.run ? -failed.length : 0, deliveryTimes }, now, on)
    },
    saved: () => importSettled({ shop, job: id, synced, failed: failed.length }),
  }
}

function sinceHeard(heard: HeardSeconds, now: Date): Deliveries[] {
  return heard.map(([second, changes]) => ({ tookMs: now.getTime() - second * 1_000, changes }))
}

/** Null if no change was heard: what a merchant asked for is not timed. */
function secondOf(heard: LastHeard | null): number | null {
  return heard && isOfChange(heard.how) ? Math.floor(heard.at.getTime() / 1_000) : null
}

/**
 * Forgets an import of which it is not known what was applied. Its customers are pushed again: with their chunk if that is still to be
 * delivered, otherwise through marks, and one at a time if one of them may be the reason that the import was never answered. This does not
 * count as progress of the run.
 */
function forgetAndRetry({ shop, clock }: ShopTurn, { id, remoteId, payload }: ImportRequest): Resolution {
  let customers = 0
  return {
    kind: 'ended',
    async save(on) {
      const now = clock()
      const openRun = await findOpenRun(shop, on)
      const chunkComesAgain = remoteId === null && payload.run !== null && openRun?.id === payload.run
      const carried = await forgetImport(shop, id, on)
      customers = carried.length
      const singleOnly = payload.suspect
      const retries = carried.map((customerId) => ({ customerId, attempt: 0, notBefore: now, singleOnly }))
      if (!chunkComesAgain) await saveRetries(shop, retries, now, on)
    },
    saved: () => importForgotten({ shop, job: id, customers }),
  }
}
