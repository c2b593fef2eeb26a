import { liveOn } from '#test/sandbox/shop-life.ts'
import { type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import type { StandInShopify } from '#test/sandbox/shopify/server.ts'
import type { SoakShop } from '#test/soak/soak-shops.ts'

/** All shops' deliveries together, since the stand-ins began. */
export interface TrafficFigures {
  /** Webhooks and events; one that Shopify sends twice counts twice, and its repeats do not count. */
  readonly sent: number
  readonly acknowledged: number
  /** Attempts that were repeated because the app did not acknowledge. */
  readonly retried: number
  /** Deliveries that Shopify gave up: nothing may hang on one. */
  readonly givenUp: number
}

const TICK_MS = 20
/** Changes that are owed after a tick that came late, in seconds of them; more is not made up for. */
const MOST_OWED_SECONDS = 1
/** Nothing new happens while so many seconds of deliveries are not acknowledged: the app's backlog is to grow, not Shopify's. */
const MOST_UNDER_WAY_SECONDS = 4

/** Lets many shops live on at once, a given number of webhooks a second in all. */
export class ShopTraffic {
  readonly #shopify: StandInShopify
  readonly #shops: readonly SoakShop[]
  readonly #sums: readonly number[]
  readonly #random: Random
  /** Of each shop: the customers to whom something happens. */
  readonly #ids = new Map<string, readonly string[]>()
  #timer: NodeJS.Timeout | null = null

  /** `sparedOf` names customers to whom nothing happens, because they are timed. */
  constructor(
    shopify: StandInShopify,
    shops: readonly SoakShop[],
    { seed, sparedOf }: { seed: number; sparedOf: (domain: string) => ReadonlySet<string> },
  ) {
    this.#shopify = shopify
    this.#shops = shops
    this.#random = seededRandom(seed)
    let sum = 0
    this.#sums = shops.map(({ weight }) => (sum += weight))
    for (const { domain } of shops) {
      const spared = sparedOf(domain)
      const ids = [...shopify.shop(domain).customers.all()].map(({ id }) => id)
      this.#ids.set(
        domain,
        ids.filter((id) => !spared.has(id)),
      )
    }
  }

  start(perSecond: number): void {
    let owed = 0
    let sentBefore = this.figures().sent
    let at = performance.now()
    this.#timer = setInterval(() => {
      const now = performance.now()
      const { sent, acknowledged, givenUp } = this.figures()
      owed += ((now - at) / 1_000) * perSecond - (sent - sentBefore)
      owed = Math.min(owed, perSecond * MOST_OWED_SECONDS)
      at = now
      sentBefore = sent
      if (sent - acknowledged - givenUp > perSecond * MOST_UNDER_WAY_SECONDS) return
      for (let i = 0; i < owed; i++) this.#changeSomebody()
    }, TICK_MS)
  }

  stop(): void {
    clearInterval(this.#timer ?? undefined)
  }

  figures(): TrafficFigures {
    const total = { sent: 0, acknowledged: 0, retried: 0, givenUp: 0 }
    for (const { domain } of this.#shops) {
      const { sent, acknowledged, retried, givenUp } = this.#shopify.shop(domain).webhooks.stats
      total.sent += sent
      total.acknowledged += acknowledged
      total.retried += retried
      total.givenUp += givenUp
    }
    return total
  }

  /** Resolves when every delivery is acknowledged or given up. */
  async flush(): Promise<void> {
    await Promise.all(this.#shops.map(({ domain }) => this.#shopify.shop(domain).webhooks.flush()))
  }

  #changeSomebody(): void {
    const drawn = this.#random() * this.#sums.at(-1)!
    const { domain } = this.#shops[this.#sums.findIndex((sum) => drawn < sum)]!
    liveOn(this.#shopify.shop(domain), this.#ids.get(domain)!, this.#random)
  }
}
