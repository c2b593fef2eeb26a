import type { AccountState } from './account/account-state.ts'
import type { RateLimits } from './exchange/rate-limits.ts'
import type { RequestLog } from './exchange/request-log.ts'
import type { Faults } from './faults/faults.ts'
import type { OAuthBook } from './oauth/oauth-book.ts'

/** A private key or an access token: whose it is, what it may do, and who pays for its calls. */
export interface Key {
  readonly account: AccountState
  /** All private keys of an account share one quota; each installed app has its own. */
  readonly quota: string
  readonly scopes: ReadonlySet<string> | 'full'
}

/** Statuses that write-ups of Klaviyo disagree on; a client has to live with both. */
export interface DisputedAnswers {
  /** For a key that is nobody's. */
  readonly unknownKey: 400 | 401
  /** For a body over 5 MB. */
  readonly oversize: 400 | 413
}

/** Everything one stand-in consists of, apart from its socket. */
export interface Sandbox {
  readonly clock: () => number
  readonly accounts: Map<string, AccountState>
  readonly keys: Map<string, Key>
  readonly faults: Faults
  readonly oauth: OAuthBook
  readonly limits: RateLimits
  readonly log: RequestLog
  readonly disputed: DisputedAnswers
}
