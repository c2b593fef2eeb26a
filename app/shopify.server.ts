import { databaseNow } from '#app/store/clock.ts'
import '@shopify/shopify-app-remix/adapters/node'
import { redirect } from '@remix-run/node'
import { LogSeverity } from '@shopify/shopify-api'
import { ApiVersion, AppDistribution, shopifyApp } from '@shopify/shopify-app-remix/server'
import { config } from '#app/config.server.ts'
import { SealedSessionStorage } from '#app/store/sessions.ts'

export const apiVersion = ApiVersion.October26
export const sessionStorage = new SealedSessionStorage()

// Scopes stand in shopify.app.toml: Shopify asks the merchant for them at installation.
const shopify = shopifyApp({
  apiKey: config.shopify.apiKey,
  apiSecretKey: config.shopify.apiSecret,
  appUrl: config.shopify.appUrl.origin,
  apiVersion,
  distribution: AppDistribution.AppStore,
  sessionStorage,
  // Both are off unless asked for; public apps must have expiring tokens.
  // https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
  logger: { level: LogSeverity.Error, log: logLibrary },
})

/** The library's own complaints, among our lines. It takes credentials out itself. */
function logLibrary(_severity: LogSeverity, message: string): void {
  const line = { at: new Date().toISOString(), event: 'shopify_library', message: message.slice(0, 500) }
  process.stdout.write(`${JSON.stringify(line)}\n`)
}

/** The library's page where a visitor types the shop's name, which App Store rule 2.3.1 forbids: ours has none. */
const LOGIN_PATH = '/auth/login'
/** Where the library leads out of the admin's frame. It throws when it is named no destination, or one that it does not trust. */
const EXIT_PATH = '/auth/exit-iframe'

/** As the library lets in; but who names no shop is led to the page for visitors. */
async function authenticateAdmin(request: Request): ReturnType<typeof shopify.authenticate.admin> {
  const { pathname } = new URL(request.url)
  if (pathname === LOGIN_PATH) throw redirect('/')
  try {
    return await shopify.authenticate.admin(request)
  } catch (answer) {
    const leadsNowhere =
      answer instanceof Response ? answer.headers.get('location') === LOGIN_PATH : pathname === EXIT_PATH
    throw leadsNowhere ? redirect('/') : answer
  }
}

const FRESH_MS = 59 * 60_000

/**
 * Lets a merchant in, as the library does; and a page that is opened brings a new token, whatever became of the stored one: Shopify may
 * have ended it, and nothing else would bring the shop back.
 */
async function admitMerchant(request: Request): ReturnType<typeof shopify.authenticate.admin> {
  const admitted = await authenticateAdmin(request)
  const { shop, expires, accessToken } = admitted.session
  const opensPage = new URL(request.url).searchParams.has('id_token')
  const isFresh = expires !== undefined && expires.getTime() > databaseNow().getTime() + FRESH_MS
  if (!opensPage || isFresh || !accessToken) return admitted
  await sessionStorage.expireToken(shop, accessToken)
  // The library makes the exchange. Should Shopify not make it now, the page is shown all the same, and the worker renews the token.
  return shopify.authenticate.admin(request).catch(() => admitted)
}

export default shopify
export const { unauthenticated, addDocumentResponseHeaders } = shopify
export const authenticate = { ...shopify.authenticate, admin: admitMerchant }
