import type { KlaviyoGrant } from '#app/core/flow/klaviyo-grant.ts'
import { authorizeAddress, newVerifier } from '#app/klaviyo/authorize-address.ts'
import { exchangeCode } from '#app/klaviyo/oauth-tokens.ts'
import { connectWithOAuth, type OAuthConnectOutcome } from '#app/sync/connection/connect-with-oauth.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock } from './clock.ts'
import { givenInstalledShop, type InstalledShop, KLAVIYO_APP, type Sandbox, syncToRest } from './sandbox.ts'

/** What a merchant grants who allows the app in an account. */
export async function givenGrant({ klaviyo }: Sandbox, accountId: string): Promise<KlaviyoGrant> {
  const [verifier, redirectUri] = [newVerifier(), KLAVIYO_APP.redirectUris[0]!]
  const back = klaviyo.oauth.allow(authorizeAddress({ redirectUri, state: 'state', verifier })!, accountId)
  const outcome = await exchangeCode({ code: new URL(back).searchParams.get('code')!, verifier, redirectUri })
  if (outcome.kind !== 'answered') throw new Error(`no grant: ${outcome.kind}`)
  return outcome.grant
}

/** The merchant presses Connect, and allows the app in an account: the shop's own if none is named. */
export async function connectByOAuth(
  sandbox: Sandbox,
  { domain, accountId }: InstalledShop,
  how: { account?: string; anotherAccount?: 'ask' | 'confirmed' } = {},
): Promise<OAuthConnectOutcome> {
  const grant = await givenGrant(sandbox, how.account ?? accountId)
  const { anotherAccount = 'ask' } = how
  return connectWithOAuth(domain, grant, { sharing: null, first: 'sync', now: clock(), anotherAccount })
}

/** An installed shop that is connected by OAuth and has come to rest. */
export async function givenOAuthShop(
  sandbox: Sandbox,
  customers: (shop: Shop) => void = () => {},
  settings: Parameters<typeof givenInstalledShop>[1] = {},
): Promise<InstalledShop> {
  const installed = await givenInstalledShop(sandbox, settings)
  customers(installed.shop)
  const outcome = await connectByOAuth(sandbox, installed)
  if (outcome.kind !== 'connected') throw new Error(`not connected: ${outcome.kind}`)
  await syncToRest(installed.domain)
  return installed
}
