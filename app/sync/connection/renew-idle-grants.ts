import { after } from '#app/core/flow/instants.ts'
import { listIdleGrants } from '#app/store/klaviyo-grants.ts'
import { turnFailed } from '../events.ts'
import { renewToken } from './renewable-token.ts'

/**
 * A connection that was not used for this long has its tokens renewed. Klaviyo ends a grant after 90 days without use, and tells nobody when a
 * merchant uninstalls the app there: so it is noticed within a day, also in a shop where nothing changes.
 */
const IDLE_MS = 24 * 60 * 60_000
const AT_A_TIME = 100
/** After so many grants in a row without a usable answer, Klaviyo is taken to be away. */
const AWAY_AFTER = 3

/**
 * Renews the tokens of connections by OAuth that were idle for a day. Ends early if Klaviyo is away or limits renewals: the next round comes a
 * minute later. An answer about one grant that cannot be understood does not stop the others.
 */
export async function renewIdleGrants({ clock, signal }: { clock: () => Date; signal: AbortSignal }): Promise<void> {
  const since = after(clock(), -IDLE_MS)
  let unanswered = 0
  for (const grant of await listIdleGrants(since, AT_A_TIME)) {
    if (signal.aborted || unanswered === AWAY_AFTER) return
    try {
      const { kind } = await renewToken(grant, since, clock)
      if (kind === 'misconfigured' || kind === 'throttled') return
      unanswered = kind === 'unavailable' ? unanswered + 1 : 0
    } catch (error) {
      turnFailed(grant.shop, error)
    }
  }
}
