import { importBatches } from '#app/core/flow/import-batches.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { MadeRequest } from '#app/core/flow/sent-request.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { OutgoingPush } from './outgoing-push.ts'
import { type AcceptedJob, type ImportedPush, type ImportSource, pushByImport } from './push-by-import.ts'

/** After Klaviyo has failed on this many imports of a batch, the others wait. */
const MOST_SUSPECTS = 4

/**
 * Sends profiles by as many imports as they need; `size` is the most profiles of one, null if only Klaviyo's limits apply.
 *
 * Once one import is interrupted, the rest get the same outcome: no import can be sent. The exception is an import that Klaviyo fails on
 * while it answers other calls: then the content of that import is the cause.
 */
export async function pushMany(
  turn: ShopTurn,
  pushes: readonly OutgoingPush[],
  from: ImportSource,
  size: number | null,
) {
  const outcomes = new Map<OutgoingPush, ImportedPush>()
  const jobs: AcceptedJob[] = []
  const requests: MadeRequest[] = []
  let calls = 0
  let interruption: Interruption | null = null
  const suspects: number[] = []
  for (const batch of importBatches(
    pushes.map((push) => ({ push, bytes: bytesOf(push) })),
    size ?? undefined,
  )) {
    const sent = batch.map(({ push }) => push)
    if (interruption && !(isSuspect(interruption) && suspects.length < MOST_SUSPECTS)) {
      for (const push of sent) outcomes.set(push, interruption)
      continue
    }
    const result = await pushByImport(turn, sent, from)
    sent.forEach((push, i) => outcomes.set(push, result.outcomes[i]!))
    jobs.push(...result.jobs)
    requests.push(...result.requests)
    calls += result.calls
    const found = result.outcomes.find(isInterruption)
    if (found && isSuspect(found)) suspects.push(sent.length)
    interruption = found ?? interruption
  }
  const suspectSize = suspects.length > 0 ? Math.max(...suspects) : null
  return { outcomes, jobs, requests, calls, interruption, suspectSize }
}

function isInterruption(outcome: ImportedPush): outcome is Interruption {
  return outcome.kind === 'throttled' || outcome.kind === 'unavailable' || outcome.kind === 'unauthorized'
}

function isSuspect(interruption: Interruption): boolean {
  return interruption.kind === 'unavailable' && interruption.suspect === true
}

/** `{"type":"profile","id":"…","attributes":…},` around the canonical text. */
const WRAPPING_BYTES = 80

function bytesOf(push: OutgoingPush): number {
  return Buffer.byteLength(push.canonical) + WRAPPING_BYTES
}
