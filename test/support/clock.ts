// The tests' clock runs, and can be set forward, so that a quarter of an hour of backoff takes no time. It applies to the app, the stand-ins
// and Shopify's library. Timers are real.
const RealDate = Date
let aheadMs = 0

class SandboxDate extends RealDate {
  constructor(...given: unknown[]) {
    if (given.length === 0) super(RealDate.now() + aheadMs)
    else super(...(given as [number]))
  }

  static override now(): number {
    return RealDate.now() + aheadMs
  }
}

globalThis.Date = SandboxDate as DateConstructor

/** Sets the clock forward. It never goes back. */
export function skip(ms: number): void {
  aheadMs += Math.max(0, Math.round(ms))
}

/** The app's clock, for steps that take one. */
export const clock = (): Date => new Date()
