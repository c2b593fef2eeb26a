import type { StandInShopify } from './shopify/server.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** What a merchant's browser asks of the app's pages, without the browser. */
export class Merchant {
  readonly #app: string
  readonly #shopify: StandInShopify
  readonly #shop: string

  constructor(visit: { app: string; shopify: StandInShopify; shop: string }) {
    this.#app = visit.app
    this.#shopify = visit.shopify
    this.#shop = visit.shop
  }

  /** Opens a page in the admin; the first time, that installs the app. */
  async open(path: string): Promise<string> {
    const address = `${this.#app}${path}?${this.#shopify.embeddedUrlParams(this.#shop)}`
    return this.#ask(address, { headers: { 'user-agent': BROWSER } })
  }

  /** Sends a page's form. Yields the answer's text. */
  async submit(path: string, fields: Readonly<Record<string, string>>): Promise<string> {
    return this.#ask(`${this.#app}${path}`, {
      method: 'POST',
      headers: {
        'user-agent': BROWSER,
        authorization: `Bearer ${this.#shopify.idToken(this.#shop)}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams(fields).toString(),
    })
  }

  async #ask(address: string, request: RequestInit): Promise<string> {
    const answer = await fetch(address, request)
    if (!answer.ok) throw new Error(`${new URL(address).pathname} answered ${answer.status}`)
    return answer.text()
  }
}
