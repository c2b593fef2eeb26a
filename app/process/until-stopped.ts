/** A process that has not ended after this long, in milliseconds, is ended: its work is repeated when its leases expire. */
const STOP_DEADLINE_MS = 18_000

const SIGNALS = ['SIGTERM', 'SIGINT'] as const
const endNow = () => process.exit(0)

/**
 * Has a process that is still starting end at a SIGTERM or SIGINT. Without this, the system would not deliver one to the first process of a
 * container, which would go on starting. `untilStopped` takes over.
 */
export function endWhileStarting(): void {
  for (const signal of SIGNALS) process.on(signal, endNow)
}

/**
 * Waits for SIGTERM or SIGINT, or for the end of the process that started this one with an IPC channel, then stops within 20 seconds.
 * `stopping` is aborted first: no new work. A repeated signal, as when a process group and npm both pass it on, changes nothing. Returns a
 * function that stops the process in the same way without a signal, with exit code 1.
 */
export function untilStopped(
  stopping: AbortController,
  windDown: (signal: NodeJS.Signals) => Promise<void>,
): () => void {
  const stop = (signal: NodeJS.Signals, exitCode: number) => {
    if (stopping.signal.aborted) return
    stopping.abort()
    setTimeout(() => process.exit(1), STOP_DEADLINE_MS).unref()
    windDown(signal).then(
      () => process.exit(exitCode),
      () => process.exit(1),
    )
  }
  for (const signal of SIGNALS) {
    process.on(signal, () => stop(signal, 0))
    process.off(signal, endNow)
  }
  if (process.connected) process.once('disconnect', () => stop('SIGTERM', 0))
  else if (process.send) stop('SIGTERM', 0) // the parent process has ended already
  return () => stop('SIGTERM', 1)
}
