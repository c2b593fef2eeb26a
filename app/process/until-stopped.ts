/** A process that has not ended by then is ended: whatever it was at comes back when its leases lapse. */
const STOP_FENCE_MS = 18_000

/**
 * Waits for SIGTERM or SIGINT, then winds down within 20 seconds. `stopping` is aborted first: no new work. A signal that comes again, as
 * when a process group and npm both pass it on, changes nothing.
 */
export function untilStopped(stopping: AbortController, windDown: (signal: NodeJS.Signals) => Promise<void>): void {
  const stop = (signal: NodeJS.Signals) => {
    if (stopping.signal.aborted) return
    stopping.abort()
    setTimeout(() => process.exit(1), STOP_FENCE_MS).unref()
    windDown(signal).then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}
