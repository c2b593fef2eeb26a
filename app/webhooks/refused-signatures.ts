import { signaturesRefused } from '#app/sync/events.ts'

const LOGGED_EVERY_MS = 60_000

let unlogged = 0
let loggedAt = Number.NEGATIVE_INFINITY

/** Counts a delivery without a valid signature, and logs how many there were: at once, then at most once a minute. */
export function countRefusedSignature(now: number): void {
  unlogged++
  if (now - loggedAt < LOGGED_EVERY_MS) return
  signaturesRefused(unlogged)
  unlogged = 0
  loggedAt = now
}
