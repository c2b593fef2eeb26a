import { afterAll, afterEach, beforeAll } from 'vitest'
import { config } from '#app/config.server.ts'
import { nextMinuteOfDay } from '#app/core/flow/shop-clock.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { SCOPES_ASKED } from '#app/klaviyo/endpoints.ts'
import { closeQueue, openQueue } from '#app/queue/sync-queue.ts'
import { authenticate } from '#app/shopify.server.ts'
import { closeStore, openStore } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { welcomeShop } from '#app/sync/connection/welcome-shop.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { type StandInKlaviyo, startKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { redirectShopify } from '#test/sandbox/redirect.ts'
import { type StandInShopify, startShopify } from '#test/sandbox/shopify/server.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from './clock.ts'
import { freshDatabase } from './fresh-database.ts'

const KLAVIYO_KEY = 'pk_0123456789abcdef0123456789abcdef01'
/** The operator's app at Klaviyo, as test/support/environment.ts configures it. */
export const KLAVIYO_APP = {
  clientId: 'test-client-id',
  clientSecret: 'test-client-secret',
  redirectUris: [`${config.shopify.appUrl.origin}/klaviyo/callback`],
  scopes: SCOPES_ASKED,
}
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** A stand-in Shopify and Klaviyo for this test file, and the app's store and queue on a database of its own. */
export interface Sandbox {
  readonly shopify: StandInShopify
  readonly klaviyo: StandInKlaviyo
  readonly databaseUrl: string
}

export interface InstalledShop {
  readonly domain: ShopDomain
  readonly shop: Shop
  /** The shop's account in the stand-in Klaviyo. */
  readonly accountId: string
  readonly key: string
}

let shops = 0

/** Opens a sandbox for the test file that calls it, and closes it at the end. */
export function useSandbox(
  options: {
    jobMs?: number
    limits?: 'real' | 'off'
    bulkDurationMs?: number
    /** Returns the URL by which the app connects to its database. */
    reachDatabase?: (url: string) => Promise<string>
  } = {},
): Sandbox {
  const opened = {} as { -readonly [Key in keyof Sandbox]: Sandbox[Key] }
  let drop: () => Promise<void>
  beforeAll(async () => {
    const database = await freshDatabase()
    drop = database.drop
    opened.databaseUrl = database.url
    const { apiKey, apiSecret } = config.shopify
    opened.shopify = await startShopify({ apiKey, apiSecret, bulkDurationMs: options.bulkDurationMs ?? 20 })
    opened.klaviyo = await startKlaviyo({
      port: Number(config.klaviyoBaseUrl.port),
      limits: options.limits ?? 'off',
      jobMs: options.jobMs ?? 20,
    })
    opened.klaviyo.oauth.addApp(KLAVIYO_APP)
    redirectShopify(opened.shopify.origin)
    const url = (await options.reachDatabase?.(database.url)) ?? database.url
    await openQueue(await openStore(url), { role: 'web' })
  })
  afterEach(() => {
    opened.shopify.faults.clear()
    opened.klaviyo.faults.clear()
    opened.klaviyo.oauth.clearFaults()
  })
  afterAll(async () => {
    await closeQueue(0)
    await closeStore()
    await Promise.all([opened.shopify.close(), opened.klaviyo.close()])
    await drop()
  })
  return opened
}

/**
 * A new shop with the app installed as a browser does it: by an embedded page with an id_token. The nightly comparison is off by default,
 * because a test must not depend on the hour at which it runs. With it the test begins at noon by the shop's clock: no night is near.
 */
export async function givenInstalledShop(
  sandbox: Sandbox,
  { nightly = false, ...settings }: { restoreRate?: number; nightly?: boolean; timeZone?: string; b2b?: boolean } = {},
): Promise<InstalledShop> {
  shops++
  const domain = `shop-${process.pid}-${shops}.myshopify.com` as ShopDomain
  const accountId = `ACC${shops}`
  const key = `${KLAVIYO_KEY}${shops}`
  if (nightly) {
    const noon = nextMinuteOfDay(12 * 60, settings.timeZone ?? 'Europe/Berlin', clock())
    skip(noon.getTime() - Date.now())
  }
  const shop = sandbox.shopify.addShop({ domain, restoreRate: 10_000, ...settings })
  shop.webhooks.automatic = false
  sandbox.klaviyo.addAccount({ id: accountId, name: `Account ${shops}`, keys: [{ key, scopes: 'full' }] })
  const page = `${config.shopify.appUrl.origin}/app?${sandbox.shopify.embeddedUrlParams(domain)}`
  await authenticate.admin(new Request(page, { headers: { 'user-agent': BROWSER } }))
  await welcomeShop(domain, new Date())
  if (!nightly) {
    const choice = { syncDelayMs: 0, nightlyReconcile: false }
    await saveSetting(domain, 'syncing', { version: 0, choice, now: clock() })
  }
  return { domain, shop, accountId, key }
}

/** An installed shop that is connected to Klaviyo and has come to rest. */
export async function givenConnectedShop(
  sandbox: Sandbox,
  customers: (shop: Shop) => void = () => {},
  settings: Parameters<typeof givenInstalledShop>[1] = {},
): Promise<InstalledShop> {
  const installed = await givenInstalledShop(sandbox, settings)
  customers(installed.shop)
  const outcome = await connectKlaviyo(installed.domain, installed.key, new Date())
  if (outcome.kind !== 'connected') throw new Error(`not connected: ${outcome.kind}`)
  await syncToRest(installed.domain)
  return installed
}

const LONGEST_TO_REST_MS = 50_000

/**
 * Runs turns of a shop until it has no work. The clock is set forward over every wait, so that a quarter of an hour of backoff takes no
 * time.
 */
export async function syncToRest(shop: ShopDomain): Promise<void> {
  const signal = AbortSignal.timeout(LONGEST_TO_REST_MS)
  for (;;) {
    const next = await syncShop(shop, { clock, signal })
    if (!next) return
    if (signal.aborted) throw new Error(`${shop} did not come to rest`)
    skip(next.getTime() - Date.now())
  }
}
