import type { CustomerTopic } from '#app/core/flow/customer-topics.ts'
import type { HeardSource } from '#app/core/report/activity.ts'
import { amountOf } from './amounts.ts'

export const activityCopy = {
  title: 'Recent activity',
  subtitle: 'What was synced, when, and with what result',
  list: 'Syncs, newest first',
  openRun: (name: string, outcome: string) => `${name}: ${outcome}. Show the run`,
  hour: (hours: string) => `Automatic syncing, ${hours}`,
  soFar: 'so far',
  from: 'From',
  none: 'Nothing has been synced yet',
  noneBody: 'Full syncs, nightly checks and automatic syncs appear here, hour by hour.',
  noMore: 'There is nothing older. Activity is kept for 90 days.',
  topics: 'Last received from Shopify',
  otherTopic: 'Something else changed',
  sources: 'Loyalty and custom fields',
  sourcesHelp: 'When each field that you send was last heard of, and how.',
  heardHelp: 'Shopify notifies Lockstep when a customer changes. The customer is then read and sent.',
} as const

const topics: Record<CustomerTopic, string> = {
  'customers/create': 'A customer was created',
  'customers/update': 'A customer was changed',
  'customers/delete': 'A customer was deleted',
  'customers/merge': 'Two customers were merged',
  'customer.tags_added': 'Tags were added',
  'customer.tags_removed': 'Tags were removed',
  'customers/purchasing_summary': 'Orders or amount spent changed',
  'customers_email_marketing_consent/update': 'Consent to email changed',
  'customers_marketing_consent/update': 'Consent to text messages changed',
  Customer: 'Loyalty points or tier changed',
}

/** What happened, for each topic; null for a topic without words. */
export function topicWords(topic: string): string | null {
  const words: Readonly<Record<string, string>> = topics
  return words[topic] ?? null
}

/** How a value was last heard of. */
export const heardByWords: Record<NonNullable<HeardSource['by']>, string> = {
  event: 'Shopify reported a change',
  webhook: 'Shopify reported a change of tags',
  nightly_check: 'Nightly check',
  hourly_check: 'Hourly check',
}

export const silenceCopy = {
  title: 'Shopify no longer reports changes to Lockstep',
  /** `lastReceived` is null if nothing was ever received. */
  body: (lastReceived: string | null, found: string, customers: number) =>
    `${lastReceived === null ? 'Nothing was ever received from Shopify.' : `Shopify last reported a change ${lastReceived}.`} ` +
    `The nightly check found ${amountOf(customers, 'customer')} ${found} who had changed without Shopify reporting it.`,
  whatToDo:
    'The nightly check and full syncs still bring them in sync, only later. Reinstall the app to subscribe to Shopify’s webhooks again. If this message stays, contact support.',
} as const
