import type { ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'

/** A shop further off than this is left to the sweep, which comes every minute. */
export const LONGEST_REST_MS = 90_000

/**
 * Shops whose next work has a time: woken then by this process. Kept in memory only, for the minute's sweep finds them too;
 * this makes it sooner.
 */
export class RestingShops {
  readonly #timers = new Map<ShopDomain, { at: number; timer: NodeJS.Timeout }>()
  readonly #signal: AbortSignal
  readonly #wake: (shop: ShopDomain) => Promise<void>

  constructor(signal: AbortSignal, wake: (shop: ShopDomain) => Promise<void>) {
    this.#signal = signal
    this.#wake = wake
    signal.addEventListener('abort', () => this.#forgetAll())
  }

  /** Wakes the shop at an instant, at once when it has passed. The earliest of several counts. */
  wakeAt(shop: ShopDomain, instant: Date): void {
    const at = instant.getTime()
    const restMs = Math.max(0, at - databaseNow().getTime())
    const resting = this.#timers.get(shop)
    if (this.#signal.aborted || restMs > LONGEST_REST_MS || (resting && resting.at <= at)) return
    clearTimeout(resting?.timer)
    const timer = setTimeout(() => {
      this.#timers.delete(shop)
      void this.#wake(shop)
    }, restMs)
    this.#timers.set(shop, { at, timer })
  }

  /** The shop is being worked for: what was planned is planned anew afterwards. */
  forget(shop: ShopDomain): void {
    clearTimeout(this.#timers.get(shop)?.timer)
    this.#timers.delete(shop)
  }

  #forgetAll(): void {
    for (const shop of this.#timers.keys()) this.forget(shop)
  }
}
