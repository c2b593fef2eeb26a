import { randomUUID } from 'node:crypto'
import { importCheckMs } from '#app/core/flow/import-check.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption, Refusal } from '#app/core/flow/push-outcome.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type ImportOutcome, submitImport } from '#app/klaviyo/import-jobs.ts'
import { transaction } from '#app/store/database.ts'
import { saveIntendedJob, saveSuspect, withdrawJob } from '#app/store/import-jobs.ts'
import { importSubmitted } from '../events.ts'
import { type LoyaltyNoted, noteCarried } from '../loyalty/note-loyalty.ts'
import type { Conducting } from './conducting.ts'
import { heedAnswers } from './heed-answers.ts'
import { intendLanding, type PushSource } from './intend-landing.ts'
import type { OutgoingPush } from './outgoing-push.ts'
import { type GrantedCalls, takeCalls } from './take-calls.ts'

/** A job that Klaviyo took; to be written down in the transaction that settles its customers. */
export interface AcceptedJob {
  readonly id: string
  readonly klaviyoJob: string
  readonly profiles: number
}

export type ImportedPush = { readonly kind: 'carried' } | Refusal | Interruption

export interface ImportResult {
  /** In the order of the pushes. */
  readonly outcomes: readonly ImportedPush[]
  readonly jobs: readonly AcceptedJob[]
  readonly calls: number
}

/** Where the profiles of an import come from. */
export interface ImportSource extends PushSource {
  /** Null while changes of loyalty values are not told of. */
  readonly loyalty: LoyaltyNoted | null
}

/** Klaviyo names all bad profiles at once, as far as is known; this many rounds of taking them out, then halves. */
const STRIP_ROUNDS = 4

/**
 * Hands profiles over in one import. That they travel is written down before they do, so that after any accident nobody
 * sends them a second time beside the first. A refused import goes again without the profiles that Klaviyo points at; when
 * it points at none, in halves, down to the one it minds.
 */
export async function pushByImport(
  conducting: Conducting,
  pushes: readonly OutgoingPush[],
  from: ImportSource,
): Promise<ImportResult> {
  const { shop, clock } = conducting
  const { run, readAt, loyalty } = from
  const job = { id: randomUUID(), run, profiles: pushes, readAt, checkAt: after(clock(), importCheckMs(0)) }
  const allowed = await takeCalls(conducting, endpoints.submitImport, 1)
  if (allowed.kind !== 'granted') return { outcomes: pushes.map(() => allowed), jobs: [], calls: 0 }
  const now = clock()
  const rows = pushes.flatMap(({ customerId, loyalty: values }) => (values ? { customerId, values } : []))
  await transaction(async (on) => {
    await saveIntendedJob(shop, job, now, on)
    await intendLanding(conducting, { pushes, job: job.id }, from, on)
    if (loyalty) await noteCarried(shop, { job: job.id, rows }, loyalty, on)
  })

  const { rest, refused, outcome, calls } = await submitStripped(conducting, allowed, pushes)
  importSubmitted({ shop, job: job.id, profiles: rest.length, outcome: outcome.kind })
  const outcomeOf = (last: ImportedPush) => pushes.map((push) => refused.get(push) ?? last)

  if (outcome.kind === 'accepted') {
    const jobs = [{ id: job.id, klaviyoJob: outcome.klaviyoJob, profiles: rest.length }]
    return { outcomes: outcomeOf({ kind: 'carried' }), jobs, calls }
  }
  // Whether it was applied is not known: the job stays written down until no import of that time is under way any more.
  if (outcome.kind === 'unavailable' && outcome.suspect) await saveSuspect(shop, job.id)
  if (outcome.kind === 'unavailable') return { outcomes: outcomeOf(outcome), jobs: [], calls }
  await transaction((on) => withdrawJob(shop, job.id, on))
  if (outcome.kind !== 'refused') return { outcomes: outcomeOf(outcome), jobs: [], calls }
  if (rest.length <= 1) return { outcomes: outcomeOf(outcome.whole), jobs: [], calls }
  const halves = await pushInHalves(conducting, rest, from)
  const byPush = new Map(rest.map((push, i) => [push, halves.outcomes[i]!]))
  return {
    outcomes: pushes.map((push) => refused.get(push) ?? byPush.get(push)!),
    jobs: halves.jobs,
    calls: calls + halves.calls,
  }
}

async function submitStripped(conducting: Conducting, taken: GrantedCalls, pushes: readonly OutgoingPush[]) {
  const refused = new Map<OutgoingPush, Refusal>()
  let rest = pushes
  let outcome = await submit(conducting, taken, rest)
  let calls = 1
  while (outcome.kind === 'refused' && outcome.byIndex.size > 0 && calls <= STRIP_ROUNDS) {
    for (const [index, refusal] of outcome.byIndex) if (rest[index]) refused.set(rest[index], refusal)
    const left = pushes.filter((push) => !refused.has(push))
    if (left.length === 0 || left.length === rest.length) break
    rest = left
    const allowed = await takeCalls(conducting, endpoints.submitImport, 1)
    outcome = allowed.kind === 'granted' ? await submit(conducting, allowed, rest) : allowed
    calls++
  }
  return { rest: pushes.filter((push) => !refused.has(push)), refused, outcome, calls }
}

async function submit(
  conducting: Conducting,
  taken: GrantedCalls,
  pushes: readonly OutgoingPush[],
): Promise<ImportOutcome> {
  const outcome = await submitImport(conducting.connection.key, pushes)
  const stop = await heedAnswers(conducting, taken, [outcome])
  return outcome.kind === 'unavailable' && stop === null ? { ...outcome, suspect: true } : outcome
}

async function pushInHalves(
  conducting: Conducting,
  pushes: readonly OutgoingPush[],
  from: ImportSource,
): Promise<ImportResult> {
  const middle = Math.ceil(pushes.length / 2)
  const first = await pushByImport(conducting, pushes.slice(0, middle), from)
  const second = await pushByImport(conducting, pushes.slice(middle), from)
  return {
    outcomes: [...first.outcomes, ...second.outcomes],
    jobs: [...first.jobs, ...second.jobs],
    calls: first.calls + second.calls,
  }
}
