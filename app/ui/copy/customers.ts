import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'

export const reasonTabs: Record<
  UnsyncedReason,
  { readonly name: string; readonly about?: string; readonly nobody: string }
> = {
  no_email: { name: 'No email', nobody: 'Every customer has an email address.' },
  invalid_email: { name: 'Invalid email', nobody: 'No customer has an invalid email address.' },
  other: { name: 'Other issues', nobody: 'No customer has any other issue.' },
  future_only: {
    name: 'Future only',
    about:
      'Customers as they were when the integration was turned on for future changes only. Each is sent with their next change.',
    nobody: 'No customer was left as they were.',
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
}

export const customersCopy = {
  subtitle: 'Customers whose Klaviyo profile is not in step, and why',
  listLabel: (reason: UnsyncedReason) => `Customers: ${reasonTabs[reason].name}`,
  nobodyMore: 'There are no more customers here.',
  unnamed: (customerId: string) => `Customer ${customerId}`,
  openInShopify: (name: string) => `Open ${name} in Shopify, in a new tab`,
  /** What the words beside a reason are. */
  wordsOf: (code: ReasonCode) => (code === 'too_large' ? 'Largest field:' : 'Klaviyo says:'),
  since: 'Last checked',
  liveReadFailed: {
    title: 'Names and email addresses could not be read from Shopify',
    body: 'They are not kept by Lockstep, so the customers below are shown by their number. Reload the page to try again.',
  },
} as const
