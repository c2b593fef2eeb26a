import { attemptsFor, backoffMs } from './backoff.ts'
import { after } from './instants.ts'
import type { Interruption } from './push-outcome.ts'

/** How long a chunk waits when Klaviyo refuses the connection, in milliseconds. */
const HOLD_MS = 60_000

/** A run or a dry run, with the cause and the number of its last attempt. */
interface Reading {
  readonly id: string
  readonly attempt: number
  readonly waitsFor: string | null
}

/** Returns when to try a chunk again that Klaviyo did not accept, and the number of that attempt. */
export function retryOfChunk({ id, ...last }: Reading, interruption: Interruption, now: Date) {
  const waitsFor = 'klaviyo_away' as const
  if (interruption.kind === 'throttled')
    return { notBefore: after(now, interruption.retryAfterMs), attempt: last.attempt, waitsFor }
  if (interruption.kind !== 'unavailable') return { notBefore: after(now, HOLD_MS), attempt: last.attempt, waitsFor }
  const attempt = attemptsFor<string>(waitsFor, last)
  return { notBefore: after(now, backoffMs(attempt, id)), attempt, waitsFor }
}
