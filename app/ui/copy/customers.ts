import { isRuleCode, type ReasonCode, type RuleCode } from '#app/core/issue/reason-code.ts'
import type { UnsyncedReason, UnsyncedTab } from '#app/core/report/unsynced-customers.ts'

export const reasonTabs: Record<
  UnsyncedTab,
  { readonly name: string; readonly about?: string; readonly nobody: string }
> = {
  in_sync: { name: 'In sync', nobody: 'No customer is in sync yet.' },
  waiting: {
    name: 'Waiting',
    about: 'Customers who changed and are read and sent next, or are on the way to Klaviyo.',
    nobody: 'No customer waits to be sent.',
  },
  no_email: { name: 'No email', nobody: 'Every customer has an email address.' },
  invalid_email: { name: 'Invalid email', nobody: 'No customer has an invalid email address.' },
  other: { name: 'Other issues', nobody: 'No customer has any other issue.' },
  omitted: {
    name: 'Field left out',
    about:
      'Customers who are in sync, but for a field that Klaviyo does not take or that belongs to another Klaviyo profile.',
    nobody: 'No customer was sent without a field.',
  },
  future_only: {
    name: 'Future only',
    about:
      'Customers as they were when the integration was turned on for future changes only. Each is sent with their next change.',
    nobody: 'No customer was left as they were.',
  },
  rules: {
    name: 'Left out by rules',
    about:
      'Customers who do not match the rules under Settings, Who is synced. Each is listed with the first rule they do not match.',
    nobody: 'Every customer matches the rules.',
  },
  already_in_klaviyo: {
    name: 'Already in Klaviyo',
    about:
      'Customers whose email address had a Klaviyo profile before Lockstep came to them. Profiles that exist are left alone; see Settings, In Klaviyo.',
    nobody: 'No customer is left out for being in Klaviyo already.',
  },
  limit: {
    name: 'At your limit',
    about:
      'The last full sync made as many new profiles as you allow. The next one goes on with these customers; one who changes before is sent at once.',
    nobody: 'No customer waits for the next full sync.',
  },
  run: {
    name: 'From one run',
    about: 'Customers for whom this run found an issue that is still open.',
    nobody: 'None of the issues that this run found is still open.',
  },
}

export const ruleFilters: Record<RuleCode, { readonly name: string; readonly nobody: string }> = {
  rule_tags: { name: 'Tags', nobody: 'No customer is left out by tags.' },
  rule_account_state: { name: 'Account state', nobody: 'No customer is left out by account state.' },
  rule_consent: { name: 'Email consent', nobody: 'No customer is left out by email consent.' },
  rule_country: { name: 'Country', nobody: 'No customer is left out by country.' },
  rule_segment: { name: 'Segment', nobody: 'No customer is left out by segment.' },
  rule_company: { name: 'Company', nobody: 'No customer is left out by company.' },
}

/** What an empty list says. */
export function nobodyWords(reason: UnsyncedReason, filled: boolean): string {
  if (!filled && reason !== 'run') return customersCopy.notAllRead
  return isRuleCode(reason) ? ruleFilters[reason].nobody : reasonTabs[reason].nobody
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
  nobodyMore: 'There are no more customers here.',
  unnamed: (customerId: string) => `Customer ${customerId}`,
  openInShopify: (name: string) => `Open ${name} in Shopify, in a new tab`,
  /** What the words beside a reason are. */
  wordsOf: (code: ReasonCode) => wordsOf[code] ?? 'Klaviyo says:',
  since: 'Last checked',
  liveReadFailed: {
    title: 'Names and email addresses could not be read from Shopify',
    body: 'They are not kept by Lockstep, so the customers below are shown by their number. Reload the page to try again.',
  },
} as const
