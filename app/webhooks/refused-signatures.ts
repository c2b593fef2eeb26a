import { signaturesRefused } from '#app/sync/events.ts'

const TOLD_EVERY_MS = 60_000

let untold = 0
let toldAt = Number.NEGATIVE_INFINITY

/** Counts a delivery that Shopify did not sign, and logs how many there were: at once, then once a minute at most. */
export function countRefusedSignature(now: number): void {
  untold++
  if (now - toldAt < TOLD_EVERY_MS) return
  signaturesRefused(untold)
  untold = 0
  toldAt = now
}
