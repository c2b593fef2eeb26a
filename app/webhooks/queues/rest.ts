import { setTimeout as wait } from 'node:timers/promises'

/** How long a queue is left alone after something could not be stored or read, in milliseconds. */
const REST_MS = 5_000

/** Resolves after five seconds, or at once when `signal` is aborted. */
export async function rest(signal: AbortSignal): Promise<void> {
  await wait(REST_MS, undefined, { signal }).catch(() => {})
}
