import { databaseNow } from '#app/store/clock.ts'
import '@shopify/shopify-app-remix/adapters/node'
import { redirect } from '@remix-run/node'
import { LogSeverity } from '@shopify/shopify-api'
import { ApiVersion, AppDistribution, shopifyApp } from '@shopify/shopify-app-remix/server'
import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { SealedSessionStorage } from '#app/store/sessions.ts'
import { log } from '#app/telemetry/log.ts'

export const apiVersion = ApiVersion.October26
export const sessionStorage = new SealedSessionStorage()

// Scopes are in shopify.app.toml: Shopify asks the merchant for them at installation.
const shopify = shopifyApp({
  apiKey: config.shopify.apiKey,
  apiSecretKey: config.shopify.apiSecret,
  appUrl: config.shopify.appUrl.origin,
  apiVersion,
  distribution: AppDistribution.AppStore,
  sessionStorage,
  // Both are off by default; public apps must have expiring tokens.
  // https://shopify.dev/docs/apps/build/authentication-authorization/access-tokens/offline-access-tokens
  future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
  logger: { level: LogSeverity.Error, log: logLibrary },
})

/** Writes the library's messages to the app's log. The library removes credentials itself. */
export function logLibrary(_severity: LogSeverity, message: string): void {
  log('shopify_library', { message: message.slice(0, 500) })
}

/** The library's page where a visitor types the shop's name, which App Store rule 2.3.1 forbids: this app has none. */
const LOGIN_PATH = '/auth/login'
/** Where the library leads out of the admin's frame. It throws if the destination is missing or not trusted. */
const EXIT_PATH = '/auth/exit-iframe'

/** Authenticates as the library does, but a visitor without a shop is sent to the page for visitors. */
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
 * Authenticates a merchant as the library does. Opening a page also brings a new token, whatever became of the stored one: Shopify may have
 * revoked it, and nothing else would reconnect the shop.
 */
async function admitMerchant(request: Request): ReturnType<typeof shopify.authenticate.admin> {
  const admitted = await authenticateAdmin(request)
  const { shop, expires, accessToken } = admitted.session
  const opensPage = new URL(request.url).searchParams.has('id_token')
  const isFresh = expires !== undefined && expires.getTime() > databaseNow().getTime() + FRESH_MS
  if (!opensPage || isFresh || !accessToken) return admitted
  await sessionStorage.expireToken(shop as ShopDomain, accessToken)
  // The library exchanges the token. If Shopify fails to do so now, the page is shown all the same, and the worker renews the token.
  return shopify.authenticate.admin(request).catch(() => admitted)
}

export const { unauthenticated, addDocumentResponseHeaders } = shopify
export const authenticate = { ...shopify.authenticate, admin: admitMerchant }
