import type { CustomerTopic } from '#app/core/flow/customer-topics.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { topicOfMetafield } from '#app/core/loyalty/last-heard.ts'
import { saveWebhookTopics } from '#app/store/webhook-topics.ts'
import { topicsUnsaved } from '../events.ts'

// Once a minute is often enough to show that webhooks have stopped, and costs nothing while very many arrive.
const RECORDED_EVERY_MS = 60_000
const MOST_REMEMBERED = 50_000

interface ReceivedTopic {
  readonly shop: ShopDomain
  /** A topic, or a metafield that an event named. */
  readonly topic: string
  readonly at: Date
}

const recorded = new Map<string, number>()
let waiting: ReceivedTopic[] = []
let saving = false

/** Records when a webhook topic was last received from a shop, without being awaited. A record that is lost is repeated by the next webhook. */
export function recordWebhookTopic(shop: ShopDomain, topic: CustomerTopic, at: Date): void {
  record(shop, topic, at)
}

/** Records when an event last reported a change of these metafields, as recordWebhookTopic does for a topic. */
export function recordMetafieldsHeard(shop: ShopDomain, metafields: readonly string[], at: Date): void {
  for (const name of metafields) record(shop, topicOfMetafield(name), at)
}

function record(shop: ShopDomain, topic: string, at: Date): void {
  const key = keyOf({ shop, topic })
  if (at.getTime() - (recorded.get(key) ?? 0) < RECORDED_EVERY_MS) return
  if (recorded.size >= MOST_REMEMBERED) recorded.clear()
  recorded.set(key, at.getTime())
  waiting.push({ shop, topic, at })
  if (!saving) void saveWaiting()
}

async function saveWaiting(): Promise<void> {
  saving = true
  while (waiting.length > 0) {
    const topics = waiting
    waiting = []
    await saveWebhookTopics(topics).catch((error) => {
      for (const one of topics) recorded.delete(keyOf(one))
      topicsUnsaved(error)
    })
  }
  saving = false
}

function keyOf({ shop, topic }: Pick<ReceivedTopic, 'shop' | 'topic'>): string {
  return `${shop} ${topic}`
}
