import { setTimeout as wait } from 'node:timers/promises'
import { withConnection } from '#test/support/database-server.ts'
import { freePort } from '#test/support/free-port.ts'
import { Progress } from '../sandbox/demo/progress.ts'
import { readProgress } from '../sandbox/demo/read-progress.ts'
import { type StandInKlaviyo, startKlaviyo } from '../sandbox/klaviyo/server.ts'
import { checkLaw, type LawReport } from '../sandbox/law/check-law.ts'
import { readLockstepRows } from '../sandbox/law/lockstep-rows.ts'
import { LockstepApp, sandboxEnv } from '../sandbox/lockstep-app.ts'
import { Merchant } from '../sandbox/merchant.ts'
import { liveOn } from '../sandbox/shop-life.ts'
import { seededRandom } from '../sandbox/shopify/random.ts'
import { seedCustomers } from '../sandbox/shopify/seed-customers.ts'
import { type StandInShopify, startShopify } from '../sandbox/shopify/server.ts'
import type { Shop } from '../sandbox/shopify/shop/shop.ts'

const DOMAIN = 'drill.myshopify.com'
const ACCOUNT = 'DRILL1'
const KLAVIYO_KEY = 'pk_0123456789abcdef0123456789abcdef01'
const ENTRY = { web: 'app/web.ts', worker: 'app/worker/main.ts' }
const STUCK_AFTER_MS = 120_000
/** Between two changes of the shop, in milliseconds. */
const CHANGE_EVERY_MS = 10

/** A shop that lives on while the processes of the app between it and Klaviyo are exchanged. */
export class DrilledShop {
  readonly shopify: StandInShopify
  readonly klaviyo: StandInKlaviyo
  readonly shop: Shop
  readonly #env: Readonly<Record<string, string>>
  readonly #random = seededRandom(1)
  readonly #started: LockstepApp[] = []
  #databaseUrl: string
  #origin = ''

  private constructor(shopify: StandInShopify, klaviyo: StandInKlaviyo, customers: number, databaseUrl: string) {
    this.shopify = shopify
    this.klaviyo = klaviyo
    this.#databaseUrl = databaseUrl
    this.shop = shopify.addShop({ domain: DOMAIN, restoreRate: 1_000 })
    seedCustomers(this.shop, { count: customers, seed: 1 })
    klaviyo.addAccount({ id: ACCOUNT, name: 'Drill', keys: [{ key: KLAVIYO_KEY, scopes: 'full' }] })
    const keys = { apiKey: shopify.apiKey, apiSecret: 'drill-secret' }
    this.#env = sandboxEnv({ appUrl: 'https://lockstep.test', klaviyoUrl: klaviyo.url, databaseUrl, ...keys })
    // In life the repeats of a delivery that is not answered span four hours.
    this.shop.webhooks.configure({ seed: 1, shuffle: true, duplicateRate: 0.1, retryDelayMs: 100, concurrency: 16 })
  }

  static async open({ customers, databaseUrl }: { customers: number; databaseUrl: string }): Promise<DrilledShop> {
    const shopify = await startShopify({ apiKey: 'drill-key', apiSecret: 'drill-secret', seed: 1 })
    return new DrilledShop(shopify, await startKlaviyo(), customers, databaseUrl)
  }

  /** From now on the app's processes are started on this database. */
  useDatabase(url: string): void {
    this.#databaseUrl = url
  }

  /** An hour passes for the stored token: the next request renews it, and Shopify takes the one before no more. */
  async endToken(): Promise<void> {
    const past = `update "Session" set expires = now() - interval '1 minute' where shop = '${DOMAIN}' and not "isOnline"`
    await withConnection(this.#databaseUrl, (db) => db.query(past))
  }

  /** Starts a process of the release in `root`, and resolves when it works. Webhooks go to the web process that was started last. */
  async start(part: 'web' | 'worker', root: string): Promise<LockstepApp> {
    const port = part === 'web' ? await freePort() : 0
    const env = { ...this.#env, DATABASE_URL: this.#databaseUrl, PORT: String(port) }
    const app = new LockstepApp({ entry: ENTRY[part], root, shopifyOrigin: this.shopify.origin, env })
    this.#started.push(app)
    await app.event(`${part}_started`)
    if (part === 'web') {
      this.#origin = `http://127.0.0.1:${port}`
      this.shopify.setAppUrl(this.#origin)
    }
    return app
  }

  /** Installs the app and connects it to Klaviyo, by the pages' own actions. */
  async connect(): Promise<void> {
    const merchant = new Merchant({ app: this.#origin, shopify: this.shopify, shop: DOMAIN })
    await merchant.open('/app')
    const answer = await merchant.submit('/app/settings.data', { intent: 'connect', key: KLAVIYO_KEY })
    if (!answer.includes('connected')) throw new Error(`Klaviyo was not connected: ${answer.slice(0, 300)}`)
  }

  /** Lets so many things happen in the shop, one after another. Their webhooks are on their way then. */
  async live(changes: number): Promise<void> {
    const ids = [...this.shop.customers.all()].map(({ id }) => id)
    for (let change = 0; change < changes; change++) {
      liveOn(this.shop, ids, this.#random)
      await wait(CHANGE_EVERY_MS)
    }
  }

  /** Resolves when every webhook is acknowledged, or given up, and the app has no work. */
  async toRest(title: string): Promise<void> {
    await this.shop.webhooks.flush()
    const look = async () => {
      const { settled, open } = await readProgress(this.#databaseUrl, DOMAIN)
      return { done: settled, of: this.shop.customers.count, open }
    }
    await new Progress().untilStill(title, look, { stuckAfterMs: STUCK_AFTER_MS, everyMs: 100 })
  }

  async law(): Promise<LawReport> {
    return checkLaw(this.shop, this.klaviyo.account(ACCOUNT), await readLockstepRows(this.#databaseUrl, DOMAIN))
  }

  /** Also ends what still runs of the app. */
  async close(): Promise<void> {
    await Promise.all(this.#started.map((app) => app.stop('SIGKILL')))
    await Promise.all([this.shopify.close(), this.klaviyo.close()])
  }
}
