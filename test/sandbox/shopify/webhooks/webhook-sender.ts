import { randomUUID } from 'node:crypto'
import type { CustomerChange } from '../customers/customer-change.ts'
import type { ShopFacts } from '../shop/shop-facts.ts'
import type { Courier, CourierSettings, CourierStats } from './courier.ts'
import { type Delivery, eventDelivery, flowDelivery, type Stamp, webhookDelivery } from './delivery.ts'
import { eventSubscriptions } from './event-subscriptions.ts'
import { cutByIncludeFields } from './include-fields.ts'
import { eventPayload, type FlowUse, flowPayload, flowUsePayload, type MetafieldEvent, payloads } from './payloads.ts'
import { FLOW_LIFECYCLE_URI, FLOW_URI, type Topic, type TopicSubjects, uriOfTopic } from './topics.ts'

export interface WebhookSenderOptions {
  readonly facts: () => ShopFacts
  readonly scopes: () => readonly string[]
  /** `namespace.key` of customer metafields that this app may not read. */
  readonly hidden: () => ReadonlySet<string>
  readonly apiSecret: string
  readonly now: () => number
  readonly courier: Courier
}

type MetafieldChange = Extract<CustomerChange, { kind: 'metafield' }>
type Subject<T extends Topic> = TopicSubjects[T] extends undefined ? [] : [subject: TopicSubjects[T]]

/** All that a shop sends to the app: webhooks, Events and Flow actions. */
export class WebhookSender {
  /** Whether changes to customers send their webhooks by themselves. */
  automatic = true
  /** Whether a write of metafields sends `customers/update` as well. Shopify does not document it, and a listener must do without. */
  updateWithMetafields = false
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

  /** The event about one metafield, `namespace.key`, to the first subscription that hears of it. */
  sendEvent({ customerId, metafield, how }: { customerId: string } & MetafieldEvent['changed'][number]): Delivery {
    const [delivery] = this.#eventsOf({ customerId, changed: [{ metafield, how }] })
    if (!delivery) throw new Error(`no event subscription hears of ${metafield}`)
    return this.#post(delivery)
  }

  /** A workflow of the merchant's runs the action "sync customer". */
  runFlow(customerId: string, { idAs = 'gid' }: { idAs?: 'gid' | 'number' } = {}): Delivery {
    const payload = flowPayload({ customerId, idAs, actionRunId: randomUUID() }, this.#options.facts())
    return this.#post(flowDelivery(FLOW_URI, payload, this.#stamp(randomUUID())))
  }

  /** The merchant turns on the first workflow that a trigger starts, or turns off the last. */
  tellFlowUse(use: FlowUse): Delivery {
    const payload = flowUsePayload(use, this.#options.facts(), this.#options.now())
    return this.#post(flowDelivery(FLOW_LIFECYCLE_URI, payload, this.#stamp(randomUUID())))
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
    for (const change of changes) if (change.kind !== 'metafield') this.#announceOne(change, eventId)
    const written = changes.filter((change) => change.kind === 'metafield')
    if (written.length > 0) this.#announceMetafields(written, eventId)
  }

  #announceOne(change: Exclude<CustomerChange, MetafieldChange>, eventId: string): void {
    switch (change.kind) {
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

  /** A metafield is no field of the customer to `customers/update`: only Events subscriptions hear of it. */
  #announceMetafields(changes: readonly MetafieldChange[], eventId: string): void {
    const { after } = changes[0]!
    const hidden = this.#options.hidden()
    const changed = changes.filter(({ name }) => !hidden.has(name)).map(({ name, how }) => ({ metafield: name, how }))
    for (const delivery of this.#eventsOf({ customerId: after.id, changed })) this.#post(delivery)
    if (this.updateWithMetafields) this.#post(this.#composed('customers/update', after, eventId))
  }

  /** One delivery for each subscription with a trigger for some of what changed. */
  #eventsOf({ customerId, changed }: MetafieldEvent): Delivery[] {
    return eventSubscriptions.flatMap((subscription) => {
      const heard = changed.filter(({ metafield }) => subscription.metafields.has(metafield))
      if (heard.length === 0) return []
      const payload = eventPayload(subscription.handle, { customerId, changed: heard })
      return [eventDelivery(subscription, payload, this.#stamp(randomUUID()))]
    })
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
