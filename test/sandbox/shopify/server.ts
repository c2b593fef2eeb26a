import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Agent } from 'undici'
import { answerGraphql } from './admin-api/graphql-door.ts'
import { BulkAccess } from './bulk/bulk-access.ts'
import { ResultStorage, STORAGE_HOST } from './bulk/result-storage.ts'
import { answerDownload } from './bulk/storage-door.ts'
import { answerJson, type Exchange, exchangeOf } from './exchange.ts'
import { ShopifyFaults } from './faults.ts'
import { RequestLog } from './request-log.ts'
import { answerSandbox } from './sandbox-door.ts'
import { Shop } from './shop/shop.ts'
import type { ShopSettings } from './shop/shop-facts.ts'
import { answerAccessToken } from './tokens/access-token-door.ts'
import { ClientAssertions } from './tokens/client-assertion.ts'
import { mintSessionToken, type SessionTokenClaims } from './tokens/session-token.ts'

export interface ShopifyOptions {
  readonly port?: number
  readonly apiKey: string
  readonly apiSecret: string
  /** Where webhooks go. May be told later; until then none are sent. */
  readonly appUrl?: string
  readonly now?: () => number
  /** Of every draw the faults make. */
  readonly seed?: number
  /** How long a bulk operation takes at least. */
  readonly bulkDurationMs?: number
}

export interface StandInShopify {
  readonly origin: string
  readonly apiKey: string
  readonly faults: ShopifyFaults
  readonly log: RequestLog
  /** The app's public keys, as entered in the Dev Dashboard. */
  readonly assertions: ClientAssertions
  readonly bulkAccess: BulkAccess
  setAppUrl(url: string): void
  addShop(settings: ShopSettings): Shop
  shop(domain: string): Shop
  /** What App Bridge would give a page of this shop. `claims` overrides any of them. */
  idToken(domain: string, claims?: Partial<SessionTokenClaims>): string
  /** What the admin adds to the address of an embedded page. */
  embeddedUrlParams(domain: string): URLSearchParams
  close(): Promise<void>
}

/** A Shopify that remembers, on plain HTTP: the Host header says which shop is meant. */
export async function startShopify(options: ShopifyOptions): Promise<StandInShopify> {
  const shopify = new Shopify(options)
  await shopify.listen(options.port ?? 0)
  return shopify
}

const USUAL_BULK_MS = 200

class Shopify implements StandInShopify {
  readonly apiKey: string
  readonly faults: ShopifyFaults
  readonly log = new RequestLog()
  readonly assertions: ClientAssertions
  readonly bulkAccess: BulkAccess
  readonly #apiSecret: string
  readonly #now: () => number
  readonly #bulkDurationMs: number
  readonly #storage: ResultStorage
  readonly #shops = new Map<string, Shop>()
  readonly #dispatcher = new Agent({ connect: { timeout: 1000 }, pipelining: 1 })
  readonly #server: Server
  #appUrl: string | null

  constructor(options: ShopifyOptions) {
    this.apiKey = options.apiKey
    this.#apiSecret = options.apiSecret
    this.#appUrl = options.appUrl ?? null
    this.#now = options.now ?? Date.now
    this.assertions = new ClientAssertions(this.#now)
    this.bulkAccess = new BulkAccess(this.#now)
    this.#bulkDurationMs = options.bulkDurationMs ?? USUAL_BULK_MS
    this.faults = new ShopifyFaults(options.seed ?? 1)
    this.#storage = new ResultStorage(this.#now)
    this.#server = createServer((request, response) => void this.#answer(request, response))
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async listen(port: number): Promise<void> {
    this.#server.listen(port, '127.0.0.1')
    await once(this.#server, 'listening')
  }

  setAppUrl(url: string): void {
    this.#appUrl = url
  }

  addShop(settings: ShopSettings): Shop {
    const shop = new Shop(settings, this.#shops.size + 1, {
      apiSecret: this.#apiSecret,
      now: this.#now,
      faults: this.faults,
      storage: this.#storage,
      dispatcher: this.#dispatcher,
      appUrl: () => this.#appUrl,
      bulkDurationMs: this.#bulkDurationMs,
    })
    this.#shops.set(settings.domain, shop)
    return shop
  }

  shop(domain: string): Shop {
    const shop = this.#shops.get(domain)
    if (!shop) throw new Error(`no shop ${domain}`)
    return shop
  }

  idToken(domain: string, claims: Partial<SessionTokenClaims> = {}): string {
    const mint = { shop: domain, apiKey: this.apiKey, apiSecret: this.#apiSecret, nowMs: this.#now() }
    return mintSessionToken(mint, claims)
  }

  embeddedUrlParams(domain: string): URLSearchParams {
    const host = Buffer.from(`admin.shopify.com/store/${domain.split('.')[0]}`).toString('base64')
    return new URLSearchParams({
      embedded: '1',
      shop: domain,
      host: host.replace(/=+$/, ''),
      id_token: this.idToken(domain),
      locale: 'en',
      session: 'stand-in',
      timestamp: String(Math.floor(this.#now() / 1000)),
    })
  }

  async close(): Promise<void> {
    for (const shop of this.#shops.values()) shop.close()
    this.#server.closeAllConnections()
    this.#server.close()
    await Promise.all([once(this.#server, 'close'), this.#dispatcher.destroy()])
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      await this.#route(await exchangeOf(request, response))
    } catch (error) {
      // A fault of the stand-in itself must not look like one of Shopify's.
      response
        .writeHead(599, { 'content-type': 'text/plain' })
        .end(String(error instanceof Error ? error.stack : error))
    }
  }

  async #route(exchange: Exchange): Promise<void> {
    const { faults, log, apiKey, assertions, bulkAccess } = this
    const now = this.#now
    const { pathname } = exchange.url
    if (pathname.startsWith('/__sandbox/'))
      return answerSandbox({ shops: () => this.#shops.values(), faults, log }, exchange)
    if (exchange.host === STORAGE_HOST) return answerDownload({ storage: this.#storage, now, faults, log }, exchange)
    const shop = this.#shops.get(exchange.host)
    const isPost = exchange.request.method === 'POST'
    if (shop && isPost && pathname === '/admin/oauth/access_token') {
      return answerAccessToken({ apiKey, apiSecret: this.#apiSecret, assertions, now, faults, log }, shop, exchange)
    }
    if (shop && isPost && /^\/admin\/api\/[\w-]+\/graphql\.json$/.test(pathname)) {
      return answerGraphql({ apiKey, now, faults, log, bulkAccess }, shop, exchange)
    }
    return this.#answerUnknown(exchange)
  }

  #answerUnknown(exchange: Exchange): void {
    answerJson(exchange, 404, { errors: 'Not Found' })
    this.log.add({
      at: this.#now(),
      door: 'unknown',
      host: exchange.host,
      path: exchange.url.pathname,
      operations: [],
      status: 404,
      requestedCost: null,
      actualCost: null,
      tokenShop: null,
      throttled: false,
      leaked: false,
    })
  }
}
