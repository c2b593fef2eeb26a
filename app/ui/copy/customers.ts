import { isRuleCode, type ReasonCode, type RuleCode } from '#app/core/issue/reason-code.ts'
import type { UnsyncedReason, UnsyncedTab } from '#app/core/report/unsynced-customers.ts'

export const reasonTabs: Record<
  UnsyncedTab,
  { readonly name: string; readonly about?: string; readonly empty: string }
> = {
  in_sync: { name: 'In sync', empty: 'No customer is in sync yet.' },
  waiting: {
    name: 'Waiting',
    about: 'Customers who changed and are waiting to be sent, or are on their way to Klaviyo.',
    empty: 'No customers are waiting to be sent.',
  },
  no_email: { name: 'No email', empty: 'Every customer has an email address.' },
  invalid_email: { name: 'Invalid email', empty: 'No customer has an invalid email address.' },
  other: { name: 'Other issues', empty: 'No customers have other issues.' },
  omitted: {
    name: 'Field left out',
    about:
      'Customers who are in sync, except for a field that Klaviyo does not accept or that belongs to another Klaviyo profile.',
    empty: 'No customers were sent without a field.',
  },
  future_only: {
    name: 'Future only',
    about:
      'Customers as they were when the integration was turned on for future changes only. Each is sent with their next change.',
    empty: 'No customers were left as they were.',
  },
  rules: {
    name: 'Left out by rules',
    about:
      'Customers who do not match the rules under Settings, Audience. Each is listed with the first rule they do not match.',
    empty: 'Every customer matches the rules.',
  },
  already_in_klaviyo: {
    name: 'Already in Klaviyo',
    about:
      'Customers whose email address had a Klaviyo profile before Lockstep synced them. Existing profiles are left alone; see Settings, Klaviyo destination.',
    empty: 'No customers are left out because they are already in Klaviyo.',
  },
  limit: {
    name: 'At your limit',
    about:
      'The last full sync created as many new profiles as you allow. The next one continues with these customers. A customer who changes before then is sent at once.',
    empty: 'No customers are waiting for the next full sync.',
  },
  run: {
    name: 'From one run',
    about: 'Customers for whom this run found an issue that is still open.',
    empty: 'None of the issues found by this run are still open.',
  },
}

export const ruleFilters: Record<RuleCode, { readonly name: string; readonly empty: string }> = {
  rule_tags: { name: 'Tags', empty: 'No customer is left out by tags.' },
  rule_account_state: { name: 'Account state', empty: 'No customer is left out by account state.' },
  rule_consent: { name: 'Email consent', empty: 'No customer is left out by email consent.' },
  rule_country: { name: 'Country', empty: 'No customer is left out by country.' },
  rule_segment: { name: 'Segment', empty: 'No customer is left out by segment.' },
  rule_company: { name: 'Company', empty: 'No customer is left out by company.' },
}

/** The text of an empty list. */
export function emptyWords(reason: UnsyncedReason, filled: boolean): string {
  if (!filled && reason !== 'run') return customersCopy.notAllRead
  return isRuleCode(reason) ? ruleFilters[reason].empty : reasonTabs[reason].empty
}

const wordsOf: Partial<Record<ReasonCode, string>> = {
  too_large: 'Largest field:',
  fields_withheld: 'Fields:',
  unreadable_record: 'Field:',
}

export const customersCopy = {
  subtitle: 'The sync status of each customer, and the reason for it',
  notAllRead: 'None so far. Not all customers have been read yet.',
  listLabel: (reason: UnsyncedReason) =>
    `Customers: ${isRuleCode(reason) ? `${reasonTabs.rules.name}, ${ruleFilters[reason].name}` : reasonTabs[reason].name}`,
  anyRule: 'All rules',
  filterLabel: 'Rule',
  noMore: 'There are no more customers here.',
  unnamed: (customerId: string) => `Customer ${customerId}`,
  openInShopify: (name: string) => `Open ${name} in Shopify, in a new tab`,
  /** The label of the words beside a reason. */
  wordsOf: (code: ReasonCode) => wordsOf[code] ?? 'Klaviyo says:',
  since: 'Last checked',
  liveReadFailed: {
    title: 'Names and email addresses could not be read from Shopify',
    body: 'They are not kept by Lockstep, so the customers below are shown by their number. Reload the page to try again.',
  },
} as const
