import '@shopify/shopify-app-remix/adapters/node'
import { LogSeverity } from '@shopify/shopify-api'
import { ApiVersion, AppDistribution, shopifyApp } from '@shopify/shopify-app-remix/server'
import { config } from '#app/config.server.ts'
import { SealedSessionStorage } from '#app/store/sessions.ts'

// Scopes stand in shopify.app.toml: Shopify asks the merchant for them at installation.
const shopify = shopifyApp({
  apiKey: config.shopify.apiKey,
  apiSecretKey: config.shopify.apiSecret,
  appUrl: config.shopify.appUrl.origin,
  apiVersion: ApiVersion.October26,
  distribution: AppDistribution.AppStore,
  sessionStorage: new SealedSessionStorage(),
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

export default shopify
export const { authenticate, unauthenticated, addDocumentResponseHeaders } = shopify
