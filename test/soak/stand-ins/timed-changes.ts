import type { StandInKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { pick, type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import type { StandInShopify } from '#test/sandbox/shopify/server.ts'
import type { SoakShop } from '#test/soak/soak-shops.ts'

interface Pending {
  readonly shop: SoakShop
  readonly id: string
  readonly lastName: string
  readonly changedAt: number
}

export interface TimedFigures {
  /** From each change at Shopify to the write of its profile at Klaviyo, in milliseconds. */
  readonly tookMs: readonly number[]
  /** Changes that Klaviyo does not hold. */
  readonly missing: number
}

const CUSTOMERS_OF_A_SHOP = 10
const LOOK_EVERY_MS = 25

/** Changes customers of small shops one by one, and knows when Klaviyo has each change. Nothing else happens to these customers. */
export class TimedChanges {
  readonly #shopify: StandInShopify
  readonly #klaviyo: StandInKlaviyo
  readonly #shops: readonly SoakShop[]
  readonly #random: Random
  /** By shop and customer: two shops may have customers with the same id. */
  readonly #pending = new Map<string, Pending>()
  readonly #tookMs: number[] = []
  #timers: NodeJS.Timeout[] = []
  #changes = 0

  constructor(parts: { shopify: StandInShopify; klaviyo: StandInKlaviyo; shops: readonly SoakShop[]; seed: number }) {
    this.#shopify = parts.shopify
    this.#klaviyo = parts.klaviyo
    this.#shops = parts.shops.filter(({ kind }) => kind === 'small')
    this.#random = seededRandom(parts.seed)
  }

  /** The customers of a shop that are timed: those with a usual address. */
  timedIn(domain: string): ReadonlySet<string> {
    if (!this.#shops.some((shop) => shop.domain === domain)) return new Set()
    const usual = [...this.#shopify.shop(domain).customers.all()].filter(
      ({ defaultEmailAddress }) =>
        defaultEmailAddress?.validFormat && !defaultEmailAddress.emailAddress?.includes('refused'),
    )
    return new Set(usual.slice(0, CUSTOMERS_OF_A_SHOP).map(({ id }) => id))
  }

  start(everyMs: number): void {
    const ids = new Map(this.#shops.map((shop) => [shop, [...this.timedIn(shop.domain)]]))
    this.#timers = [
      setInterval(() => {
        const shop = pick(this.#random, this.#shops)
        const id = pick(this.#random, ids.get(shop)!)
        const isUnderWay = this.#pending.has(keyOf(shop, id))
        if (!isUnderWay && this.#shopify.shop(shop.domain).customers.get(id)) this.#change(shop, id)
      }, everyMs),
      setInterval(() => this.#collect(), LOOK_EVERY_MS),
    ]
  }

  /** Makes no more changes; those under way are waited for until `figures`. */
  stop(): void {
    clearInterval(this.#timers[0])
  }

  figures(): TimedFigures {
    for (const timer of this.#timers) clearInterval(timer)
    this.#collect()
    return { tookMs: this.#tookMs, missing: this.#pending.size }
  }

  #change(shop: SoakShop, id: string): void {
    const lastName = `Timed ${this.#changes++}`
    this.#pending.set(keyOf(shop, id), { shop, id, lastName, changedAt: Date.now() })
    this.#shopify.shop(shop.domain).customers.update(id, { lastName })
  }

  #collect(): void {
    for (const { shop, id, lastName, changedAt } of this.#pending.values()) {
      const customer = this.#shopify.shop(shop.domain).customers.get(id)
      // Merged into another customer meanwhile, or another into it.
      if (customer?.lastName !== lastName) this.#pending.delete(keyOf(shop, id))
      const email = customer?.defaultEmailAddress?.emailAddress
      const profile = email ? this.#klaviyo.account(shop.account).profileByEmail(email) : undefined
      if (profile?.attributes.last_name !== lastName) continue
      this.#pending.delete(keyOf(shop, id))
      this.#tookMs.push(profile.lastWriteAt - changedAt)
    }
  }
}

function keyOf({ domain }: SoakShop, id: string): string {
  return `${domain} ${id}`
}
