/** A process that has not ended by then is ended: whatever it was at comes back when its leases lapse. */
const STOP_FENCE_MS = 18_000

/** Waits for SIGTERM or SIGINT, then winds down within 20 seconds. `stopping` is aborted first: no new work. */
export function untilStopped(stopping: AbortController, windDown: () => Promise<void>): void {
  const stop = () => {
    if (stopping.signal.aborted) return
    stopping.abort()
    setTimeout(() => process.exit(1), STOP_FENCE_MS).unref()
    windDown().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}
