import type { FirstSync } from '#app/core/flow/first-sync.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import type { AccountAnswer, LoginOutcome, LoginStart } from '#app/core/report/klaviyo-login.ts'

/** What a page can do about logins at Klaviyo, and what came of it. */
export interface LoginActions {
  /** Leaves for Klaviyo, in the whole window. */
  readonly begin: (first: FirstSync) => void
  /** Klaviyo is about to be opened. */
  readonly beginning: boolean
  /** Klaviyo was opened from this page, which is about to be gone. */
  readonly left: boolean
  /** Why Klaviyo was not opened; null if it was, or was not asked for. */
  readonly notBegun: Exclude<LoginStart, { kind: 'started' }> | null
  /** The merchant is back, and the account is being connected. */
  readonly ending: boolean
  /** What came of the login from which the merchant is back; null if there is none, or it has not ended. */
  readonly outcome: LoginOutcome | null
  /** Answers the question that the login left, or tries again to connect. */
  readonly answer: (answer: { readonly account?: AccountAnswer; readonly sharing?: Sharing | null }) => void
  /** Forgets a login from which the merchant was not sent back. */
  readonly forget: () => void
}
