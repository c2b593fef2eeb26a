import { metafieldName, type ValueSource } from '../profile/mapped-values.ts'

/** When a mapped value was last heard of, and by what; null if never. */
export interface LastHeard {
  readonly by: 'event' | 'webhook' | 'nightly_check' | 'hourly_check'
  readonly at: Date
}

/** What has been heard in a shop. */
export interface Heard {
  readonly topics: readonly { readonly topic: string; readonly receivedAt: Date }[]
  /** When a nightly check that read all customers last ended, and an hourly one; null if never. */
  readonly nightlyAt: Date | null
  readonly hourlyAt: Date | null
}

const METAFIELD = 'metafield '

/** Returns the name of a metafield in the table of webhook topics, which also holds when an event last reported a change of it. */
export function topicOfMetafield(name: string): string {
  return METAFIELD + name
}

/** Whether a row of that table is about a metafield, and not about a webhook topic. */
export function isMetafieldTopic(topic: string): boolean {
  return topic.startsWith(METAFIELD)
}

/**
 * Returns when the value was last heard of in its own way (an event for a metafield with a trigger, a webhook for a tag); if that has never
 * been, or there is none, when a check last looked.
 */
export function lastHeard(source: ValueSource, { topics, nightlyAt, hourlyAt }: Heard): LastHeard | null {
  const own = ownTopics(source)
  const times = topics.filter(({ topic }) => own.includes(topic)).map(({ receivedAt }) => receivedAt.getTime())
  const by = source.kind === 'tag' ? 'webhook' : 'event'
  if (times.length > 0) return { by, at: new Date(Math.max(...times)) }
  if (nightlyAt && (!hourlyAt || nightlyAt >= hourlyAt)) return { by: 'nightly_check', at: nightlyAt }
  return hourlyAt && { by: 'hourly_check', at: hourlyAt }
}

function ownTopics(source: ValueSource): readonly string[] {
  if (source.kind === 'tag') return ['customer.tags_added', 'customer.tags_removed']
  return source.kind === 'metafield' ? [topicOfMetafield(metafieldName(source))] : []
}

const CHANGED = /^customer\[.*?\]\.metafield\[namespace: '([^']+)', key: '([^']+)'\]/
const MOST_NAMED = 25
const LONGEST_NAME = 255

/**
 * Returns the metafields that an event says have changed, `namespace.key`; if it names none, all that its subscription has triggers for.
 * https://shopify.dev/changelog/updates-to-events-payloads-and-subscription-configuration
 */
export function metafieldsIn(
  { handle, paths }: { readonly handle: string | null; readonly paths: readonly string[] },
  subscriptions: readonly { readonly handle: string; readonly metafields: readonly string[] }[],
): readonly string[] {
  const named = paths.flatMap((path) => {
    const [, namespace, key] = CHANGED.exec(path) ?? []
    return namespace && key && namespace.length + key.length < LONGEST_NAME ? [`${namespace}.${key}`] : []
  })
  if (named.length > 0) return [...new Set(named)].slice(0, MOST_NAMED)
  return subscriptions.find((one) => one.handle === handle)?.metafields ?? []
}
