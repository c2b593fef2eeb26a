import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { withFoundApp } from '#app/core/loyalty/with-found-app.ts'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#app/store/embedded/embedded-postgres.ts'
import { createMigratedDatabase, dropDatabase, givenServer, urlOf } from '#test/support/database-server.ts'
import { freePort } from '#test/support/free-port.ts'
import { startAdminFrame } from '../admin-frame/server.ts'
import { foundAppOf } from '../found-app.ts'
import { type StandInKlaviyo, startKlaviyo } from '../klaviyo/server.ts'
import { checkLaw, type LawReport } from '../law/check-law.ts'
import { readLockstepRows } from '../law/lockstep-rows.ts'
import { LockstepApp, sandboxEnv } from '../lockstep-app.ts'
import { Merchant } from '../merchant.ts'
import { liveOn } from '../shop-life.ts'
import { loyaltyApps } from '../shopify/loyalty-apps/loyalty-apps.ts'
import { seededRandom } from '../shopify/random.ts'
import { seedCustomers } from '../shopify/seed-customers.ts'
import { type StandInShopify, startShopify } from '../shopify/server.ts'
import type { Shop } from '../shopify/shop/shop.ts'
import { cardAsText } from './card-text.ts'
import { Progress } from './progress.ts'
import { readProgress } from './read-progress.ts'

const ROOT = new URL('../../..', import.meta.url).pathname
const DOMAIN = 'lockstep-demo.myshopify.com'
const ACCOUNT = 'DEMO01'
const KLAVIYO_KEY = 'pk_0123456789abcdef0123456789abcdef01'
const LOYALTY_APP = 'mage'
const API_KEY = 'lockstep-demo-key'
const API_SECRET = 'lockstep-demo-secret'
const LOOK_EVERY_MS = 200
/** Longer than anything takes that still moves. */
const STUCK_AFTER_MS = 120_000

export interface DemoSettings {
  readonly customers: number
  readonly seed: number
  /** Names the folder of its Postgres. */
  readonly data: string
  readonly verbose: boolean
}

interface Opened {
  readonly postgres: Pick<EmbeddedPostgres, 'url' | 'stop'>
  readonly databaseUrl: string
  readonly shopify: StandInShopify
  readonly klaviyo: StandInKlaviyo
  readonly frame: { readonly url: string; close(): Promise<void> }
  readonly app: LockstepApp
  readonly shop: Shop
}

/** A shop, a Klaviyo account, and the shipped app between them. */
export class Demo {
  readonly #settings: DemoSettings
  readonly #opened: Opened
  readonly #merchant: Merchant
  readonly #progress = new Progress()

  private constructor(settings: DemoSettings, opened: Opened) {
    this.#settings = settings
    this.#opened = opened
    this.#merchant = new Merchant({ app: opened.frame.url, shopify: opened.shopify, shop: DOMAIN })
  }

  static async open(settings: DemoSettings): Promise<Demo> {
    console.log(`Setting up a shop with ${settings.customers.toLocaleString('en')} customers …`)
    const database = `demo_${Date.now()}`
    const postgres = await openPostgres(database, settings.data)
    return Demo.#openOn(postgres, settings).catch(async (error) => {
      await postgres.stop()
      throw error
    })
  }

  static async #openOn(postgres: Opened['postgres'], settings: DemoSettings): Promise<Demo> {
    const [appPort, framePort] = [await freePort(), await freePort()]
    const appOrigin = `http://127.0.0.1:${appPort}`
    const shopify = await startShopify({
      apiKey: API_KEY,
      apiSecret: API_SECRET,
      appUrl: appOrigin,
      seed: settings.seed,
    })
    const klaviyo = await startKlaviyo()
    klaviyo.addAccount({ id: ACCOUNT, name: 'Lockstep demo account', keys: [{ key: KLAVIYO_KEY, scopes: 'full' }] })
    klaviyo.account(ACCOUNT).addList('Shopify customers', 'single_opt_in')
    const shop = shopify.addShop({
      domain: DOMAIN,
      name: 'Lockstep Demo',
      timeZone: 'Europe/Berlin',
      currency: 'EUR',
      b2b: true,
      restoreRate: 1_000,
    })
    seedCustomers(shop, { count: settings.customers, seed: settings.seed, refused: true, loyaltyApp: LOYALTY_APP })
    const frame = await startAdminFrame({ port: framePort, appOrigin, shopify, shop: DOMAIN })
    const urls = { appUrl: frame.url, klaviyoUrl: klaviyo.url, databaseUrl: postgres.url }
    const env = { ...sandboxEnv({ ...urls, apiKey: API_KEY, apiSecret: API_SECRET }), PORT: String(appPort) }
    const onLine = (line: string) => settings.verbose && console.log(line)
    const app = new LockstepApp({ entry: 'app/main.ts', shopifyOrigin: shopify.origin, env, onLine })
    try {
      await Promise.all([app.event('web_started'), app.event('worker_started')])
    } catch (error) {
      await app.stop()
      throw error
    }
    return new Demo(settings, { postgres, databaseUrl: postgres.url, shopify, klaviyo, frame, app, shop })
  }

  /** Opens the app in the admin and connects it to Klaviyo, by the pages' own actions. */
  async connect(): Promise<void> {
    await this.#merchant.open('/app')
    const answer = await this.#merchant.submit('/app/settings.data', { intent: 'connect', key: KLAVIYO_KEY })
    if (!answer.includes('connected')) throw new Error(`Klaviyo was not connected: ${answer.slice(0, 300)}`)
    console.log('Installed, and connected to Klaviyo.')
  }

  async backfill(): Promise<void> {
    await this.#progress.untilStill('Backfill', () => this.#standing(), {
      stuckAfterMs: STUCK_AFTER_MS,
      everyMs: LOOK_EVERY_MS,
    })
  }

  /** The merchant uses the fields of the loyalty app that was found. */
  async useLoyaltyApp(): Promise<void> {
    const app = foundAppOf(this.#opened.shop)
    if (!app) return
    const page = await this.#merchant.open('/app/settings/mapping')
    if (!page.includes(app.name)) throw new Error(`The mapping page does not offer ${app.name}.`)
    await this.#save('/app/settings/mapping', withFoundApp(defaultMapping, app))
    console.log(`Found ${app.name}: ${app.rows.map(({ name }) => name).join(', ')}.`)
    await this.#progress.untilStill('Comparison', () => this.#standing(), {
      stuckAfterMs: STUCK_AFTER_MS,
      everyMs: LOOK_EVERY_MS,
    })
  }

  /** The merchant puts new profiles on a list, leaves out who unsubscribed from e-mail, and has loyalty changes recorded. */
  async choose(): Promise<void> {
    const [list] = this.#opened.klaviyo.account(ACCOUNT).lists
    await this.#save('/app/settings/klaviyo', {
      ...defaultDestination,
      list: { id: list!.id, name: list!.name },
    })
    await this.#save('/app/settings/loyalty', { ...defaultLoyalty, on: true })
    await this.#save('/app/settings/audience', { ...defaultAudience, consent: 'not_unsubscribed' })
    console.log('New profiles join a list, loyalty changes are recorded, and customers that unsubscribed are left out.')
    await this.#progress.untilStill('Comparison', () => this.#standing(), {
      stuckAfterMs: STUCK_AFTER_MS,
      everyMs: LOOK_EVERY_MS,
    })
  }

  /** Lets the shop live on: its webhooks come twice, late and out of order. */
  async takeLiveWebhooks(webhooks: number): Promise<void> {
    const { shop } = this.#opened
    const random = seededRandom(this.#settings.seed)
    const ids = [...shop.customers.all()].map((customer) => customer.id)
    shop.webhooks.configure({
      seed: this.#settings.seed,
      shuffle: true,
      duplicateRate: 0.1,
      holdBackRate: 0.05,
      concurrency: 16,
    })
    for (let sent = 0; sent < webhooks && ids.length > 0; sent++) {
      liveOn(shop, ids, random, loyaltyApps[LOYALTY_APP])
      if (sent % 100 === 0) await wait(20) // a day has pauses
    }
    const flushed = shop.webhooks.flush()
    await this.#progress.untilStill('Live webhooks', () => this.#standing(), {
      stuckAfterMs: STUCK_AFTER_MS,
      everyMs: LOOK_EVERY_MS,
    })
    await flushed
    await this.#progress.untilStill('Last ones', () => this.#standing(), {
      stuckAfterMs: STUCK_AFTER_MS,
      everyMs: LOOK_EVERY_MS,
    })
  }

  async checkLaw(): Promise<LawReport> {
    const { shop, klaviyo, databaseUrl } = this.#opened
    return checkLaw(shop, klaviyo.account(ACCOUNT), await readLockstepRows(databaseUrl, DOMAIN))
  }

  figures(law: LawReport) {
    const { shop, klaviyo } = this.#opened
    const { customers, synced, byRule: leftOutByRules, noEmail, invalidEmail } = law
    const account = klaviyo.account(ACCOUNT)
    const klaviyoCalls = klaviyo.log.entries.length
    const onList = account.lists[0]?.members.size ?? 0
    const events = account.parts.events.all().length
    const webhooks = shop.webhooks.stats.acknowledged
    return { customers, synced, leftOutByRules, noEmail, invalidEmail, onList, events, webhooks, klaviyoCalls }
  }

  /** The card as the merchant reads it, from the page itself. */
  async printCard(): Promise<void> {
    console.log(cardAsText(await this.#merchant.open('/app')))
  }

  /** Of the shop's admin, with the app in it. */
  get url(): string {
    return this.#opened.frame.url
  }

  async close(): Promise<void> {
    const { app, frame, shopify, klaviyo, postgres } = this.#opened
    await app.stop()
    await Promise.all([frame.close(), shopify.close(), klaviyo.close()])
    await postgres.stop()
  }

  /** Saves a choice on its page, as of the settings that stand there now. */
  async #save(page: string, choice: unknown): Promise<void> {
    const version = await settingsVersionOf(this.#opened.databaseUrl)
    const fields = { intent: 'save', version: String(version), choice: JSON.stringify(choice) }
    const answer = await this.#merchant.submit(`${page}.data`, fields)
    if (!answer.includes('"saved"')) throw new Error(`${page} was not saved: ${answer.slice(0, 300)}`)
  }

  async #standing(): Promise<{ done: number; of: number; open: number }> {
    const rows = await readProgress(this.#opened.databaseUrl, DOMAIN)
    return { done: rows.settled, of: this.#opened.shop.customers.count, open: rows.open }
  }
}

/** How often the shop's settings were changed, which a save must name. */
async function settingsVersionOf(databaseUrl: string): Promise<number> {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  try {
    const { rows } = await db.query('select settings_version from shop where domain = $1', [DOMAIN])
    return rows[0].settings_version
  } finally {
    await db.end()
  }
}

/** A database of this demo's own: on the server that TEST_DATABASE_URL names, or on the embedded one. */
async function openPostgres(database: string, data: string): Promise<Opened['postgres']> {
  const server = givenServer()
  if (server) {
    await createMigratedDatabase(server, database)
    return { url: urlOf(server, database), stop: () => dropDatabase(server, database) }
  }
  const postgres = await startEmbeddedPostgres({ root: ROOT, name: data, database, throwaway: true })
  await dropOldDemos(postgres.url, database)
  return postgres
}

async function dropOldDemos(url: string, current: string): Promise<void> {
  const admin = new URL(url)
  admin.pathname = '/postgres'
  const db = new pg.Client({ connectionString: admin.href })
  await db.connect()
  try {
    const { rows } = await db.query<{ datname: string }>(
      `select datname from pg_database where datname like 'demo\\_%'`,
    )
    for (const { datname } of rows) {
      if (datname !== current) await db.query(`drop database if exists "${datname}" with (force)`)
    }
  } finally {
    await db.end()
  }
}
