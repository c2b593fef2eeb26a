import { sweepFailed } from '../events.ts'
import { endGrants } from './end-grants.ts'
import { renewIdleGrants } from './renew-idle-grants.ts'

/** One round over the grants of all shops: ends those that no shop uses any more, and renews those that were idle. */
export async function workOnGrants(options: { clock: () => Date; signal: AbortSignal }): Promise<void> {
  for (const work of [endGrants, renewIdleGrants]) {
    try {
      await work(options)
    } catch (error) {
      sweepFailed(error)
    }
  }
}
