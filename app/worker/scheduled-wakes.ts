import type { ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'

/** A shop whose next work is further off than this, in milliseconds, is woken by the sweep, which comes every minute. */
export const LONGEST_SCHEDULED_MS = 90_000

/**
 * Shops whose next work has a time: this process wakes them then. Kept in memory only, because the sweep finds them every minute too; this
 * makes it sooner.
 */
export class ScheduledWakes {
  readonly #timers = new Map<ShopDomain, { at: number; timer: NodeJS.Timeout }>()
  readonly #signal: AbortSignal
  readonly #wake: (shop: ShopDomain) => Promise<void>

  constructor(signal: AbortSignal, wake: (shop: ShopDomain) => Promise<void>) {
    this.#signal = signal
    this.#wake = wake
    signal.addEventListener('abort', () => this.#forgetAll())
  }

  /** Wakes the shop at an instant, at once if it has passed. The earliest of several counts. */
  wakeAt(shop: ShopDomain, instant: Date): void {
    const at = instant.getTime()
    const delayMs = Math.max(0, at - databaseNow().getTime())
    const scheduled = this.#timers.get(shop)
    if (this.#signal.aborted || delayMs > LONGEST_SCHEDULED_MS || (scheduled && scheduled.at <= at)) return
    clearTimeout(scheduled?.timer)
    const timer = setTimeout(() => {
      this.#timers.delete(shop)
      void this.#wake(shop)
    }, delayMs)
    this.#timers.set(shop, { at, timer })
  }

  /** A turn with the shop begins: its next work is planned again afterwards. */
  forget(shop: ShopDomain): void {
    clearTimeout(this.#timers.get(shop)?.timer)
    this.#timers.delete(shop)
  }

  #forgetAll(): void {
    for (const shop of this.#timers.keys()) this.forget(shop)
  }
}
