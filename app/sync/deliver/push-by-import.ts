import { randomUUID } from 'node:crypto'
import { importCheckMs } from '#app/core/flow/import-check.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption, Refusal } from '#app/core/flow/push-outcome.ts'
import type { CallFacts, MadeRequest } from '#app/core/flow/sent-request.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type ImportOutcome, submitImport } from '#app/klaviyo/import-jobs.ts'
import { transaction } from '#app/store/database.ts'
import { removeFromImport, saveIntendedImport, saveSuspect, withdrawImport } from '#app/store/imports.ts'
import { holdAccount } from '#app/store/shops.ts'
import { importSubmitted } from '../events.ts'
import { type LoyaltyRecording, recordCarried } from '../loyalty/record-loyalty.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { acquireCalls, type GrantedCalls } from './acquire-calls.ts'
import { applyBackpressure } from './apply-backpressure.ts'
import type { OutgoingPush } from './outgoing-push.ts'
import { type PushSource, recordOrigins } from './record-origins.ts'

/** A job that Klaviyo accepted. It is saved in the transaction that settles its customers. */
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
  readonly requests: readonly MadeRequest[]
  readonly calls: number
}

/** What an import is sent for. */
export interface ImportSource extends PushSource {
  /** Null while no loyalty values are stored. */
  readonly loyalty: LoyaltyRecording | null
}

/** Rounds of taking out the profiles that Klaviyo names before a refused import is split. It names all of them at once, as far as is known. */
const STRIP_ROUNDS = 4

/**
 * Sends profiles in one import. The import is saved before it is sent, so that after a crash no process sends the same profiles while the
 * first import may still be applied. A refused import is sent again without the profiles that Klaviyo names; when it names none, in halves,
 * down to the profile that it refuses.
 */
export async function pushByImport(
  turn: ShopTurn,
  pushes: readonly OutgoingPush[],
  from: ImportSource,
): Promise<ImportResult> {
  const { shop, clock } = turn
  const { run, readAt, loyalty } = from
  const job = { id: randomUUID(), run, profiles: pushes, readAt, checkAt: after(clock(), importCheckMs(0)) }
  const allowed = await acquireCalls(turn, endpoints.submitImport, 1)
  if (allowed.kind !== 'granted') return { outcomes: pushes.map(() => allowed), jobs: [], requests: [], calls: 0 }
  const now = clock()
  const rows = pushes.flatMap(({ customerId, loyalty }) => (loyalty ? { customerId, ...loyalty } : []))
  const before = await transaction(async (on) => {
    if (!(await holdAccount(shop, turn.credential.accountId, on))) return null
    const before = await saveIntendedImport(shop, job, now, on)
    await recordOrigins(turn, { pushes, job: job.id }, from, on)
    if (loyalty) await recordCarried(shop, { job: job.id, rows }, loyalty, on)
    return before
  })
  if (!before)
    return { outcomes: pushes.map(() => ({ kind: 'unauthorized' }) as const), jobs: [], requests: [], calls: 0 }

  const { rest, refused, outcome, calls, facts } = await submitStripped(turn, allowed, pushes)
  const requests = [recordOf({ id: job.id, at: now, run, profiles: rest.length, outcome, facts })]
  importSubmitted({ shop, job: job.id, profiles: rest.length, outcome: outcome.kind })
  const outcomeOf = (last: ImportedPush) => pushes.map((push) => refused.get(push) ?? last)

  if (outcome.kind === 'accepted') {
    const without = [...refused.keys()].map(({ customerId }) => customerId)
    if (without.length > 0) await transaction((on) => removeFromImport(shop, job.id, without, on))
    const jobs = [{ id: job.id, klaviyoJob: outcome.klaviyoJob, profiles: rest.length }]
    return { outcomes: outcomeOf({ kind: 'carried' }), jobs, requests, calls }
  }
  // Whether it was applied is not known: the job is kept until no import of that time is being processed any more.
  if (outcome.kind === 'unavailable' && outcome.suspect) await saveSuspect(shop, job.id)
  if (outcome.kind === 'unavailable') return { outcomes: outcomeOf(outcome), jobs: [], requests, calls }
  const customers = pushes.map(({ customerId }) => customerId)
  await transaction((on) => withdrawImport(shop, job.id, { customers, before }, on))
  if (outcome.kind !== 'refused') return { outcomes: outcomeOf(outcome), jobs: [], requests, calls }
  if (rest.length <= 1) return { outcomes: outcomeOf(outcome.whole), jobs: [], requests, calls }
  const halves = await pushInHalves(turn, rest, from)
  const byPush = new Map(rest.map((push, i) => [push, halves.outcomes[i]!]))
  return {
    outcomes: pushes.map((push) => refused.get(push) ?? byPush.get(push)!),
    jobs: halves.jobs,
    requests: [...requests, ...halves.requests],
    calls: calls + halves.calls,
  }
}

/** The import's request, to be stored. It names no profile: those that it carried point to it. */
function recordOf(sent: {
  id: string
  at: Date
  run: string | null
  profiles: number
  outcome: ImportOutcome
  facts: CallFacts
}): MadeRequest {
  const { outcome, facts, ...request } = sent
  const words = outcome.kind === 'refused' ? outcome.whole.words : null
  return {
    ...request,
    ...facts,
    kind: 'import',
    customerId: null,
    outcome: outcome.kind,
    words,
    hash: null,
    klaviyoId: null,
    cleared: [],
  }
}

async function submitStripped(turn: ShopTurn, taken: GrantedCalls, pushes: readonly OutgoingPush[]) {
  const refused = new Map<OutgoingPush, Refusal>()
  let rest = pushes
  let { outcome, facts } = await submit(turn, taken, rest)
  let calls = 1
  while (outcome.kind === 'refused' && outcome.byIndex.size > 0 && calls <= STRIP_ROUNDS) {
    for (const [index, refusal] of outcome.byIndex) if (rest[index]) refused.set(rest[index], refusal)
    const remaining = pushes.filter((push) => !refused.has(push))
    if (remaining.length === 0 || remaining.length === rest.length) break
    rest = remaining
    const allowed = await acquireCalls(turn, endpoints.submitImport, 1)
    if (allowed.kind === 'granted') ({ outcome, facts } = await submit(turn, allowed, rest))
    else outcome = allowed
    calls++
  }
  return { rest: pushes.filter((push) => !refused.has(push)), refused, outcome, calls, facts }
}

async function submit(
  turn: ShopTurn,
  taken: GrantedCalls,
  pushes: readonly OutgoingPush[],
): Promise<{ outcome: ImportOutcome; facts: CallFacts }> {
  let facts: CallFacts = { status: null, tookMs: 0 }
  const outcome = await submitImport(turn.credential.access, pushes, (ended) => {
    facts = ended
  })
  const stop = await applyBackpressure(turn, taken, [outcome])
  return { outcome: outcome.kind === 'unavailable' && stop === null ? { ...outcome, suspect: true } : outcome, facts }
}

async function pushInHalves(
  turn: ShopTurn,
  pushes: readonly OutgoingPush[],
  from: ImportSource,
): Promise<ImportResult> {
  const middle = Math.ceil(pushes.length / 2)
  const first = await pushByImport(turn, pushes.slice(0, middle), from)
  const second = await pushByImport(turn, pushes.slice(middle), from)
  return {
    outcomes: [...first.outcomes, ...second.outcomes],
    jobs: [...first.jobs, ...second.jobs],
    requests: [...first.requests, ...second.requests],
    calls: first.calls + second.calls,
  }
}
