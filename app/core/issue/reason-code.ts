/** A merchant's rule that a customer does not match, in the order in which the rules are checked. */
export const ruleCodes = [
  'rule_tags',
  'rule_account_state',
  'rule_consent',
  'rule_country',
  'rule_segment',
  'rule_company',
] as const
export type RuleCode = (typeof ruleCodes)[number]

export function isRuleCode(code: string): code is RuleCode {
  return (ruleCodes as readonly string[]).includes(code)
}

/**
 * Why a customer's profile is not in sync. The rules and the next three are exclusions, `limit` waits for a full run, the others are
 * issues.
 */
export const reasonCodes = [
  ...ruleCodes,
  'no_email',
  'future_only',
  'already_in_klaviyo',
  'limit',
  'invalid_email',
  'profile_refused',
  'too_large',
  'identity_conflict',
  'klaviyo_unavailable',
  'shopify_stale',
  'fields_withheld',
  'unreadable_record',
  'conflicting_tags',
] as const
export type ReasonCode = (typeof reasonCodes)[number]
/** `future_only`: the customer has not changed since the integration was turned on for future changes only. */
export type ExclusionCode = RuleCode | 'no_email' | 'future_only' | 'already_in_klaviyo'
/** `limit`: the customer waits for a full run, because the last one created as many profiles as it may. */
export type IssueCode = Exclude<ReasonCode, ExclusionCode | 'limit'>
