/** Why a customer has no profile in step. The first two are exclusions; the others are issues. */
export const reasonCodes = [
  'no_email',
  'future_only',
  'invalid_email',
  'profile_refused',
  'too_large',
  'identity_conflict',
  'klaviyo_unavailable',
  'shopify_stale',
] as const
export type ReasonCode = (typeof reasonCodes)[number]
/** `future_only`: as the customer was when the integration was turned on for future changes only, and not changed since. */
export type ExclusionCode = 'no_email' | 'future_only'
export type IssueCode = Exclude<ReasonCode, ExclusionCode>
