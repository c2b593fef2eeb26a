import '@shopify/shopify-app-remix/adapters/node'
import type { Session } from '@shopify/shopify-api'
import { ApiVersion, AppDistribution, LogSeverity, shopifyApp } from '@shopify/shopify-app-remix/server'
import type { SessionStorage } from '@shopify/shopify-app-session-storage'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { redirectShopify } from '../redirect.ts'
import { type StandInShopify, startShopify } from './server.ts'
import type { Shop } from './shop/shop.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** Sessions of one test. */
class SessionMap implements SessionStorage {
  readonly sessions = new Map<string, Session>()

  async storeSession(session: Session): Promise<boolean> {
    this.sessions.set(session.id, session)
    return true
  }

  async loadSession(id: string): Promise<Session | undefined> {
    return this.sessions.get(id)
  }

  async deleteSession(id: string): Promise<boolean> {
    return this.sessions.delete(id)
  }

  async deleteSessions(ids: string[]): Promise<boolean> {
    return ids.map((id) => this.sessions.delete(id)).every(Boolean)
  }

  async findSessionsByShop(shop: string): Promise<Session[]> {
    return [...this.sessions.values()].filter((session) => session.shop === shop)
  }
}

let shopify: StandInShopify
let shop: Shop
let storage: SessionMap

beforeEach(async () => {
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', bulkDurationMs: 0 })
  shop = shopify.addShop({ domain: 'ada.myshopify.com', name: 'Ada & Co' })
  storage = new SessionMap()
  redirectShopify(shopify.origin)
})

afterEach(async () => {
  await shopify.close()
})

function library() {
  return shopifyApp({
    apiKey: 'key',
    apiSecretKey: 'secret',
    apiVersion: ApiVersion.October26,
    appUrl: 'https://lockstep.example',
    sessionStorage: storage,
    distribution: AppDistribution.AppStore,
    isTesting: true,
    logger: { level: LogSeverity.Error, log: async () => {} },
    future: { unstable_newEmbeddedAuthStrategy: true, expiringOfflineAccessTokens: true },
  })
}

function pageRequest(params = shopify.embeddedUrlParams(shop.domain)): Request {
  return new Request(`https://lockstep.example/app?${params}`, { headers: { 'user-agent': BROWSER } })
}

function loadSession(): Session {
  const session = storage.sessions.get('offline_ada.myshopify.com')
  if (!session) throw new Error('no session was stored')
  return session
}

test('a page of the admin exchanges its token, and the app reads the shop', async () => {
  const { admin } = await library().authenticate.admin(pageRequest())
  const answer = await admin.graphql('#graphql\n query ShopName { shop { name myshopifyDomain } }')

  expect((await answer.json()).data).toEqual({ shop: { name: 'Ada & Co', myshopifyDomain: 'ada.myshopify.com' } })
  expect(loadSession()).toMatchObject({
    scope: 'read_customers,read_customer_merge',
    refreshToken: expect.stringMatching(/^shprt_/),
  })
  expect(shopify.log.counts()).toEqual({ 'token exchange': 1, ShopName: 1 })
})

test('a session token that is not ours sends the page to be opened again', async () => {
  const params = shopify.embeddedUrlParams(shop.domain)
  params.set('id_token', shopify.idToken(shop.domain, { aud: 'another app' }))
  const refused = await library()
    .authenticate.admin(pageRequest(params))
    .catch((thrown: unknown) => thrown)

  expect(refused).toBeInstanceOf(Response)
  expect((refused as Response).headers.get('location')).toContain('/auth/session-token')
})

test('an expired token is refreshed before the app reads', async () => {
  const app = library()
  await app.authenticate.admin(pageRequest())
  const before = loadSession().accessToken
  loadSession().expires = new Date(Date.now() - 1000)
  const { admin } = await app.unauthenticated.admin(shop.domain)
  const answer = await admin.graphql('{ shop { name } }')

  expect((await answer.json()).data).toEqual({ shop: { name: 'Ada & Co' } })
  expect(loadSession().accessToken).not.toBe(before)
  expect(shopify.log.counts()).toMatchObject({ 'token refresh': 1 })
})

test('a dead refresh token makes the library throw a Response with 500', async () => {
  const app = library()
  await app.authenticate.admin(pageRequest())
  loadSession().expires = new Date(Date.now() - 1000)
  shop.uninstall()
  const thrown = await app.unauthenticated.admin(shop.domain).catch((error: unknown) => error)

  expect(thrown).toBeInstanceOf(Response)
  expect((thrown as Response).status).toBe(500)
})

test('partial data is thrown together with its errors', async () => {
  const app = library()
  shop.customers.create({ id: '1', firstName: 'Ada', tags: ['vip'] })
  shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.firstName'] })
  const { admin } = await app.authenticate.admin(pageRequest())
  const thrown = await admin
    .graphql('{ customer(id: "gid://shopify/Customer/1") { firstName tags } }')
    .catch((error: unknown) => error as { body: { data: unknown } })

  expect(thrown).toMatchObject({ body: { data: { customer: { firstName: null, tags: ['vip'] } } } })
})

test('the result of a bulk operation comes from Google’s host, without a token', async () => {
  shop.customers.create({ id: '1', firstName: 'Ada' })
  const { admin } = await library().authenticate.admin(pageRequest())
  await admin.graphql(
    'mutation { bulkOperationRunQuery(query: "{ customers { nodes { firstName } } }") { bulkOperation { id } } }',
  )
  const { url } = await shop.bulk.finished(shop.bulk.all()[0]?.id ?? '')
  const answer = await fetch(url ?? '')

  expect(await answer.text()).toBe('{"firstName":"Ada"}\n')
  expect(shopify.log.leaks()).toEqual([])
})
