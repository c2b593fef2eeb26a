import type { CustomerTopic } from '#app/core/flow/customer-topics.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { saveTopicsHeard } from '#app/store/topics-heard.ts'
import { topicsUnnoted } from '../events.ts'

// To the minute is near enough to see that webhooks stopped, and keeps a storm from writing anything here.
const NOTED_EVERY_MS = 60_000
const MOST_REMEMBERED = 50_000

interface Heard {
  readonly shop: ShopDomain
  readonly topic: CustomerTopic
  readonly at: Date
}

const noted = new Map<string, number>()
let waiting: Heard[] = []
let saving = false

/** Notes that a topic was heard of a shop, shortly and not awaited. A note that is lost is made again by the next webhook. */
export function noteHeard(shop: ShopDomain, topic: CustomerTopic, at: Date): void {
  const key = keyOf({ shop, topic })
  if (at.getTime() - (noted.get(key) ?? 0) < NOTED_EVERY_MS) return
  if (noted.size >= MOST_REMEMBERED) noted.clear()
  noted.set(key, at.getTime())
  waiting.push({ shop, topic, at })
  if (!saving) void saveWaiting()
}

async function saveWaiting(): Promise<void> {
  saving = true
  while (waiting.length > 0) {
    const heard = waiting
    waiting = []
    await saveTopicsHeard(heard).catch((error) => {
      for (const one of heard) noted.delete(keyOf(one))
      topicsUnnoted(error)
    })
  }
  saving = false
}

function keyOf({ shop, topic }: Pick<Heard, 'shop' | 'topic'>): string {
  return `${shop} ${topic}`
}
