import { attemptsFor, backoffMs } from './backoff.ts'
import { after } from './instants.ts'
import type { Interruption } from './push-outcome.ts'

/** For how long a chunk is left alone when Klaviyo refuses the connection, in milliseconds. */
const HOLD_MS = 60_000

/** What reads a shop's customers chunk by chunk, and for what it waited last, how often in a row. */
interface Reading {
  readonly id: string
  readonly attempt: number
  readonly waitsFor: string | null
}

/** Returns when a chunk is tried again that Klaviyo did not let through, and which attempt that is. */
export function retryOfChunk({ id, ...last }: Reading, interruption: Interruption, now: Date) {
  const waitsFor = 'klaviyo_away' as const
  if (interruption.kind === 'throttled')
    return { notBefore: after(now, interruption.retryAfterMs), attempt: last.attempt, waitsFor }
  if (interruption.kind !== 'unavailable') return { notBefore: after(now, HOLD_MS), attempt: last.attempt, waitsFor }
  const attempt = attemptsFor<string>(waitsFor, last)
  return { notBefore: after(now, backoffMs(attempt, id)), attempt, waitsFor }
}
