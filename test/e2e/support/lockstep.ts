import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { SCOPES_ASKED } from '#app/klaviyo/endpoints.ts'
import { startAdminFrame } from '#test/sandbox/admin-frame/server.ts'
import { type StandInKlaviyo, startKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { LockstepApp, sandboxEnv } from '#test/sandbox/lockstep-app.ts'
import { type StandInShopify, startShopify } from '#test/sandbox/shopify/server.ts'
import { freePort } from '../../support/free-port.ts'
import { freshDatabase } from '../../support/fresh-database.ts'

/** The shipped app, web and worker, between a Shopify and a Klaviyo of this test file's own. */
export interface Lockstep {
  readonly shopify: StandInShopify
  readonly klaviyo: StandInKlaviyo
  readonly databaseUrl: string
  /** The app's own address. */
  readonly appOrigin: string
  /** The admin's, with the app in it. */
  readonly adminUrl: string
}

const API_KEY = 'e2e-key'
const API_SECRET = 'e2e-secret'
const KLAVIYO_APP = { clientId: 'e2e-client', clientSecret: 'e2e-client-secret', scopes: SCOPES_ASKED }

/**
 * Starts all of it for the test file that calls it, and ends it afterwards. With `logins`, the operator has an app at Klaviyo, by which
 * merchants connect without a key.
 */
export function useLockstep({ logins = false }: { logins?: boolean } = {}): Lockstep {
  const opened = {} as { -readonly [Key in keyof Lockstep]: Lockstep[Key] }
  const close: (() => Promise<unknown>)[] = []
  const failures: string[] = []

  beforeAll(async () => {
    const database = await freshDatabase()
    close.push(database.drop)
    const [port, adminPort] = [await freePort(), await freePort()]
    const appOrigin = `http://127.0.0.1:${port}`
    const shopify = await startShopify({ apiKey: API_KEY, apiSecret: API_SECRET, appUrl: appOrigin })
    const klaviyo = await startKlaviyo({ limits: 'off' })
    const admin = await startAdminFrame({ port: adminPort, appOrigin, shopify, shop: 'nobody.myshopify.com' })
    close.push(() => Promise.all([admin.close(), shopify.close(), klaviyo.close()]))
    const addresses = { appUrl: admin.url, klaviyoUrl: klaviyo.url, databaseUrl: database.url }
    if (logins) klaviyo.oauth.addApp({ ...KLAVIYO_APP, redirectUris: [`${admin.url}/klaviyo/callback`] })
    const app = new LockstepApp({
      entry: 'app/main.ts',
      shopifyOrigin: shopify.origin,
      env: {
        ...sandboxEnv({ ...addresses, apiKey: API_KEY, apiSecret: API_SECRET }),
        PORT: String(port),
        ...(logins && {
          KLAVIYO_CLIENT_ID: KLAVIYO_APP.clientId,
          KLAVIYO_CLIENT_SECRET: KLAVIYO_APP.clientSecret,
          KLAVIYO_OAUTH_AUTHORIZE_URL: `${klaviyo.url}/oauth/authorize`,
        }),
      },
      onLine: (line) => isFailure(line) && failures.push(line),
    })
    close.push(() => app.stop())
    await Promise.all([app.event('web_started'), app.event('worker_started')])
    Object.assign(opened, { shopify, klaviyo, databaseUrl: database.url, appOrigin, adminUrl: admin.url })
  })
  afterEach(() => {
    opened.shopify.faults.clear()
    opened.klaviyo.faults.clear()
    expect(failures.splice(0)).toEqual([])
  })
  afterAll(async () => {
    for (const end of close.reverse()) await end()
  })
  return opened
}

/** A busy machine may open a connection too late. The queue opens the next one by itself. */
const TOO_BUSY = /"event":"queue_failed".*Connection terminated due to connection timeout/

/** The app failed of its own: no test makes it. A line that is no event is an error nobody caught. */
function isFailure(line: string): boolean {
  if (TOO_BUSY.test(line)) return false
  return !line.startsWith('{') || /"event":"\w+_failed"/.test(line)
}
