import type { TFunction } from 'i18next'
import type { CustomerTopic } from '#app/core/flow/customer-topics.ts'
import type { Silence } from '#app/core/report/activity.ts'
import type { Catalogue } from '../language/translation.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopTimeInSentence } from '../time/shop-time.ts'

type TopicName = keyof Catalogue['activity']['topics']

const topics: Record<CustomerTopic, TopicName> = {
  'customers/create': 'created',
  'customers/update': 'changed',
  'customers/delete': 'deleted',
  'customers/merge': 'merged',
  'customer.tags_added': 'tagsAdded',
  'customer.tags_removed': 'tagsRemoved',
  'customers/purchasing_summary': 'purchases',
  'customers_email_marketing_consent/update': 'emailConsent',
  'customers_marketing_consent/update': 'smsConsent',
  Customer: 'loyalty',
}

/** What happened, for each topic. */
export function topicWords(t: TFunction, topic: string): string {
  const names: Readonly<Record<string, TopicName>> = topics
  return t(`activity.topics.${names[topic] ?? 'other'}`)
}

/** Since when Shopify has been silent, and how that was found. */
export function silenceWords(now: ShopNow, { lastReceivedAt, foundAt, customers }: Silence): string {
  return now.t('silence.body', {
    lastReceived: lastReceivedAt === null ? 'none' : shopTimeInSentence(new Date(lastReceivedAt), now),
    found: shopTimeInSentence(new Date(foundAt), now),
    customers,
  })
}
