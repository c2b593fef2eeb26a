import { setTimeout as wait } from 'node:timers/promises'
import type { StandInKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { seededRandom } from '#test/sandbox/shopify/random.ts'
import type { StandInShopify } from '#test/sandbox/shopify/server.ts'

export interface Burst {
  readonly domain: string
  readonly customers: number
  /** How often each customer changes. */
  readonly times: number
  /** Over how long the changes are spread; 0 for as fast as they go. */
  readonly overMs: number
}

export interface Trickle {
  readonly domain: string
  readonly account: string
  readonly changes: number
  readonly everyMs: number
  /** A person's last name, of which a webhook tells, or points that a loyalty app writes, of which an event does. */
  readonly what?: 'name' | 'points'
}

/** The property that points are mapped to. */
export const POINTS_PROPERTY = 'Loyalty Points Balance'

/** A change that has arrived. */
export interface Arrival {
  readonly sentAt: number
  /** From its webhook to its profile. */
  readonly tookMs: number
}

interface Pending {
  readonly email: string
  /** Null where it is not what changes. */
  readonly lastName: string | null
  readonly points: number | null
  readonly sentAt: number
}

const SOON_ENOUGH_MS = 60_000
const LOOK_EVERY_MS = 10

/** Changes customers as people do, sends the webhooks, and knows when Klaviyo has what changed. */
export class ChangedCustomers {
  readonly #shopify: StandInShopify
  readonly #klaviyo: StandInKlaviyo
  /** Of each shop: last name by the address of a customer that was changed. */
  readonly #expected = new Map<string, Map<string, string>>()
  #changes = 0

  constructor(shopify: StandInShopify, klaviyo: StandInKlaviyo) {
    this.#shopify = shopify
    this.#klaviyo = klaviyo
  }

  /** Changes customers in a mixed order, each several times, a webhook for each change. Resolves when all are acknowledged. */
  async burst({ domain, customers, times, overMs }: Burst): Promise<{ webhooks: number; tookMs: number }> {
    const { webhooks } = this.#shopify.shop(domain)
    const ids = this.#addressable(domain).slice(0, customers)
    const order = shuffled(Array.from({ length: times }, () => ids).flat())
    webhooks.configure({ concurrency: 32 })
    const before = webhooks.stats.acknowledged
    const startedAt = performance.now()
    for (const [i, id] of order.entries()) {
      this.#change(domain, id)
      const dueMs = (overMs * i) / order.length
      if (i % 20 === 0) await wait(Math.max(0, dueMs - (performance.now() - startedAt)))
    }
    await webhooks.flush()
    return { webhooks: webhooks.stats.acknowledged - before, tookMs: performance.now() - startedAt }
  }

  /** Of the customers that were changed, how many profiles do not hold the newest of it. */
  outOfStep({ domain, account }: { domain: string; account: string }): number {
    const profiles = this.#klaviyo.account(account)
    const expected = [...(this.#expected.get(domain) ?? [])]
    return expected.filter(([email, name]) => profiles.profileByEmail(email)?.attributes.last_name !== name).length
  }

  /** Changes one customer after another, each once. Resolves when all have arrived. */
  async trickle({ domain, account, changes, everyMs, what = 'name' }: Trickle): Promise<Arrival[]> {
    const ids = shuffled(this.#addressable(domain)).slice(0, changes)
    const pending = new Set<Pending>()
    const arrived: Arrival[] = []
    const looking = setInterval(() => this.#collect(account, pending, arrived), LOOK_EVERY_MS)
    const startedAt = performance.now()
    for (const [i, id] of ids.entries()) {
      await wait(Math.max(0, startedAt + i * everyMs - performance.now()))
      const change = what === 'name' ? { ...this.#change(domain, id), points: null } : this.#earn(domain, id)
      pending.add({ ...change, sentAt: Date.now() })
    }
    const until = performance.now() + SOON_ENOUGH_MS
    while (pending.size > 0 && performance.now() < until) await wait(LOOK_EVERY_MS)
    clearInterval(looking)
    if (pending.size > 0) throw new Error(`${pending.size} changes did not reach Klaviyo within a minute`)
    return arrived
  }

  #collect(account: string, pending: Set<Pending>, arrived: Arrival[]): void {
    const profiles = this.#klaviyo.account(account)
    for (const change of pending) {
      const profile = profiles.profileByEmail(change.email)
      if (!profile || (change.lastName ?? profile.attributes.last_name) !== profile.attributes.last_name) continue
      if (change.points !== null && profile.attributes.properties[POINTS_PROPERTY] !== change.points) continue
      pending.delete(change)
      arrived.push({ sentAt: change.sentAt, tookMs: profile.lastWriteAt - change.sentAt })
    }
  }

  #change(domain: string, id: string): { email: string; lastName: string } {
    const { customers } = this.#shopify.shop(domain)
    const lastName = `Changed ${this.#changes++}`
    const email = customers.update(id, { lastName }).defaultEmailAddress!.emailAddress!
    const expected = this.#expected.get(domain) ?? new Map<string, string>()
    this.#expected.set(domain, expected.set(email, lastName))
    return { email, lastName }
  }

  /** As Mage writes points: one JSON metafield. */
  #earn(domain: string, id: string): { email: string; lastName: null; points: number } {
    const shop = this.#shopify.shop(domain)
    const points = 1_000 + this.#changes++
    loyaltyApps.mage.write(shop, id, { points, tier: 'Gold' })
    return { email: shop.customers.get(id)!.defaultEmailAddress!.emailAddress!, lastName: null, points }
  }

  /** Customers whose profile can be looked up by their address. */
  #addressable(domain: string): string[] {
    const customers = [...this.#shopify.shop(domain).customers.all()]
    return customers.filter((customer) => customer.defaultEmailAddress?.validFormat).map(({ id }) => id)
  }
}

function shuffled<Item>(items: readonly Item[]): Item[] {
  const random = seededRandom(1)
  const mixed = [...items]
  for (let i = mixed.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1))
    ;[mixed[i], mixed[j]] = [mixed[j]!, mixed[i]!]
  }
  return mixed
}
