import type { FirstSync } from '../flow/first-sync.ts'
import type { ConnectOutcome } from './connect-outcome.ts'

/** What came of beginning a login at Klaviyo. */
export type LoginStart =
  /** Where Klaviyo asks the merchant, to be opened in the whole window. */
  | { readonly kind: 'started'; readonly address: string }
  /** The shop has started as many as it may in ten minutes. */
  | { readonly kind: 'too_many'; readonly againAt: Date }
  /** The operator has no app at Klaviyo. */
  | { readonly kind: 'not_offered' }

/** What came of a login at Klaviyo, once the merchant is back. */
export type LoginOutcome =
  | Exclude<ConnectOutcome, { kind: 'connected' | 'key_empty' | 'key_malformed' | 'key_wrong' }>
  /** `first` is what was chosen when the login began. */
  | { readonly kind: 'connected'; readonly accountName: string; readonly first: FirstSync }
  /** The merchant allowed the app in another account than the one connected before, and has to say whether that is meant. */
  | { readonly kind: 'another_account'; readonly accountName: string; readonly before: string }
  /** The merchant did not allow the app. */
  | { readonly kind: 'consent_refused' }
  /** Klaviyo sent the merchant back without a code, for another reason. */
  | { readonly kind: 'login_failed' }
  /** There is no such login of this member of staff, or not any more. */
  | { readonly kind: 'login_over' }
  /** Klaviyo does not accept the code that it gave. */
  | { readonly kind: 'code_refused' }
  /** Klaviyo does not know the id or the secret of the operator's app. */
  | { readonly kind: 'client_refused' }
  /** The merchant chose to stay with the account that was connected before. */
  | { readonly kind: 'account_kept' }

/** What the merchant answers about another account than the one connected before; null if that was not asked. */
export type AccountAnswer = 'change' | 'keep' | null

/** What the page about the connection says of logins at Klaviyo. */
export interface LoginView {
  /** Whether the operator has an app at Klaviyo. */
  readonly isOffered: boolean
  /** When this member of staff went to Klaviyo and was not sent back (ISO 8601 text), and what was chosen; null if that is not so. */
  readonly unreturned: { readonly since: string; readonly first: FirstSync } | null
}
