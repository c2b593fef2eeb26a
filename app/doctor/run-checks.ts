import { inTime } from '#app/core/deadline.ts'
import { wordsOf } from '#app/telemetry/log.ts'
import { maskText } from '#app/telemetry/mask-text.ts'
import { type Check, type Finding, fault } from './finding.ts'

/** When all checks must have ended, in milliseconds from the start of the process: the whole takes less than ten seconds. */
const ENDS_AT_MS = 8_500
/** A check may take so long even where the machine was slow to start the process. */
const SHORTEST_MS = 2_000

export interface Found extends Finding {
  readonly check: string
  readonly isOnline: boolean
}

/** Runs all checks at once. Returns what each found, in their order; one that hangs or throws is a fault, and keeps no other from being made. */
export function runChecks(checks: readonly Check[]): Promise<Found[]> {
  const checkMs = Math.max(SHORTEST_MS, ENDS_AT_MS - performance.now())
  const silent = fault(
    `It gave no answer within ${Math.round(checkMs / 1_000)} seconds.`,
    'See whether the host that is asked can be reached from this machine, and run the doctor again.',
  )
  return Promise.all(
    checks.map(async ({ name, isOnline, look }) => {
      const found = await inTime(look(), { ms: checkMs, otherwise: silent }).catch((error) =>
        fault(`The check failed: ${wordsOf(error)}`, 'See what the message names.'),
      )
      return { check: name, isOnline, ...found, says: maskText(found.says) }
    }),
  )
}
