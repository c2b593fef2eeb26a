/** Why a customer has no profile in step. `no_email` is an exclusion; the others are issues. */
export const reasonCodes = [
  'no_email',
  'invalid_email',
  'profile_refused',
  'identity_conflict',
  'klaviyo_unavailable',
  'shopify_stale',
] as const
export type ReasonCode = (typeof reasonCodes)[number]
export type IssueCode = Exclude<ReasonCode, 'no_email'>
