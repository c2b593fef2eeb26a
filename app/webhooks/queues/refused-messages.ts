import { messagesRefused } from '#app/sync/events.ts'

const LOGGED_EVERY_MS = 60_000

/** Why a message is acknowledged without being stored: it would be no better if it came again. */
export type Refusal =
  | 'no_delivery'
  | 'unknown_topic'
  | 'privacy_topic'
  | 'unknown_shop'
  | 'unreadable'
  | 'other_shop'
  | 'not_a_shop'
  | 'no_shop'

const counted = new Map<string, { unlogged: number; loggedAt: number }>()

/** Counts a refused message, and logs how many there were for this reason: at once, then at most once a minute. */
export function countRefusedMessage(queue: string, why: Refusal, nowMs: number): void {
  const count = counted.get(`${queue} ${why}`) ?? { unlogged: 0, loggedAt: Number.NEGATIVE_INFINITY }
  counted.set(`${queue} ${why}`, count)
  count.unlogged++
  if (nowMs - count.loggedAt < LOGGED_EVERY_MS) return
  messagesRefused({ queue, why, messages: count.unlogged })
  count.unlogged = 0
  count.loggedAt = nowMs
}
