import { answerAwaited } from '#app/telemetry/facts.ts'

/** How many renewals of this process wait for Klaviyo at a time: each has a connection to the database, which has no other use meanwhile. */
const AT_A_TIME = 2
/** How long a renewal waits for a place, in milliseconds; with its own deadline it is shorter than a process takes to stop. */
const PATIENCE_MS = 8_000

let free = AT_A_TIME
/** In the order in which they came. */
const waiting = new Set<() => void>()

/** Does `work` once a place is free for it. Returns null, without doing it, if none was free in time, because Klaviyo does not answer. */
export async function inRenewalPlace<Result>(work: () => Promise<Result>): Promise<Result | null> {
  if (!(await takePlace())) return null
  try {
    return await work()
  } finally {
    const [next] = waiting
    if (next) next()
    else free++
  }
}

function takePlace(): Promise<boolean> {
  if (free > 0) {
    free--
    return Promise.resolve(true)
  }
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const end = (hasPlace: boolean) => {
    clearTimeout(timer)
    waiting.delete(take)
    resolve(hasPlace)
  }
  const take = () => end(true)
  const timer = setTimeout(() => end(false), PATIENCE_MS)
  waiting.add(take)
  answerAwaited.tell(promise) // the turn waits for answers of Klaviyo, even if they are others'
  return promise
}
