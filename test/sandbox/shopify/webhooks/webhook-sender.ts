import { randomUUID } from 'node:crypto'
import type { CustomerChange } from '../customers/customer-change.ts'
import { POINTS, TIER } from '../customers/customer-values.ts'
import type { ShopFacts } from '../shop/shop-facts.ts'
import type { Courier, CourierSettings, CourierStats } from './courier.ts'
import { type Delivery, eventDelivery, flowDelivery, type Stamp, webhookDelivery } from './delivery.ts'
import { cutByIncludeFields } from './include-fields.ts'
import { eventPayload, flowPayload, type LoyaltyEvent, payloads } from './payloads.ts'
import { EVENTS_URI, FLOW_URI, type Topic, type TopicSubjects, uriOfTopic } from './topics.ts'

export interface WebhookSenderOptions {
  readonly facts: () => ShopFacts
  readonly scopes: () => readonly string[]
  readonly apiSecret: string
  readonly now: () => number
  readonly courier: Courier
}

type Subject<T extends Topic> = TopicSubjects[T] extends undefined ? [] : [subject: TopicSubjects[T]]

/** All that a shop sends to the app: webhooks, Events and Flow actions. */
export class WebhookSender {
  /** Whether changes to customers send their webhooks by themselves. */
  automatic = true
  readonly #options: WebhookSenderOptions

  constructor(options: WebhookSenderOptions) {
    this.#options = options
  }

  get stats(): CourierStats {
    return this.#options.courier.stats
  }

  configure(settings: Partial<CourierSettings>): void {
    this.#options.courier.configure(settings)
  }

  send<T extends Topic>(topic: T, ...subject: Subject<T>): Delivery {
    return this.#post(this.compose(topic, ...subject))
  }

  /** Makes a delivery without sending it. */
  compose<T extends Topic>(topic: T, ...subject: Subject<T>): Delivery {
    return this.#composed(topic, subject[0] as TopicSubjects[T], randomUUID())
  }

  sendEvent(event: LoyaltyEvent): Delivery {
    return this.#post(eventDelivery(EVENTS_URI, eventPayload(event), this.#stamp(randomUUID())))
  }

  /** A workflow of the merchant's runs the action "sync customer". */
  runFlow(customerId: string, { idAs = 'gid' }: { idAs?: 'gid' | 'number' } = {}): Delivery {
    const payload = flowPayload({ customerId, idAs, actionRunId: randomUUID() }, this.#options.facts())
    return this.#post(flowDelivery(FLOW_URI, payload, this.#stamp(randomUUID())))
  }

  /** Sends an old delivery again, byte for byte. */
  repeat(delivery: Delivery): void {
    this.#post(delivery)
  }

  /** One attempt outside the queue. Yields the app's status; 0 for none. */
  async deliverOnce(delivery: Delivery): Promise<number> {
    return this.#options.courier.deliverOnce(delivery)
  }

  pause(): void {
    this.#options.courier.pause()
  }

  resume(): void {
    this.#options.courier.resume()
  }

  async flush(): Promise<void> {
    await this.#options.courier.flush()
  }

  /** What Shopify sends of itself when one action changes a customer. All of it shares one event id. */
  announce(changes: readonly CustomerChange[]): void {
    if (!this.automatic) return
    const eventId = randomUUID()
    for (const change of changes) this.#announceOne(change, eventId)
  }

  #announceOne(change: CustomerChange, eventId: string): void {
    switch (change.kind) {
      case 'metafield':
        this.#announceMetafield(change)
        break
      case 'merged':
        this.#announceMerge(change, eventId)
        break
      case 'removed':
        this.#post(this.#composed('customers/delete', change.before, eventId))
        break
      default:
        this.#post(this.#composed(topicOf[change.kind], change.after, eventId))
    }
  }

  /** A metafield is no field of the customer to `customers/update`: only an Events subscription sees it. */
  #announceMetafield({ after, name, how }: Extract<CustomerChange, { kind: 'metafield' }>): void {
    if (name === POINTS || name === TIER) this.sendEvent({ customerId: after.id, metafield: name, how })
  }

  /** Without its scope nothing tells of the customer that is gone. */
  #announceMerge({ after, gone }: Extract<CustomerChange, { kind: 'merged' }>, eventId: string): void {
    if (this.#options.scopes().includes('read_customer_merge')) {
      this.#post(this.#composed('customers/merge', { keptId: after.id, goneId: gone.id }, eventId))
    }
    this.#post(this.#composed('customers/update', after, eventId))
  }

  #composed<T extends Topic>(topic: T, subject: TopicSubjects[T], eventId: string): Delivery {
    const stamp = this.#stamp(eventId)
    const payload = payloads[topic](subject, { facts: this.#options.facts(), nowMs: stamp.nowMs })
    return webhookDelivery(topic, uriOfTopic[topic], cutByIncludeFields(topic, payload), stamp)
  }

  #stamp(eventId: string): Stamp {
    const { facts, apiSecret, now } = this.#options
    return { domain: facts().domain, apiSecret, nowMs: now(), eventId }
  }

  #post(delivery: Delivery): Delivery {
    this.#options.courier.post(delivery)
    return delivery
  }
}

const topicOf = {
  created: 'customers/create',
  updated: 'customers/update',
  purchased: 'customers/purchasing_summary',
  'tags-added': 'customer.tags_added',
  'tags-removed': 'customer.tags_removed',
  'email-consent': 'customers_email_marketing_consent/update',
  'sms-consent': 'customers_marketing_consent/update',
} as const
