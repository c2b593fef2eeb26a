import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { StandInShopify } from '../shopify/server.ts'
import { appToml } from '../shopify/webhooks/app-toml.ts'

/** What the frame shows and answers itself. The rest of its addresses are the app's. */
export interface FramePages {
  readonly shopify: StandInShopify
  /** Whose admin it is where the address names none: `/store/ada/…` is that of ada.myshopify.com. */
  readonly shop: string
  /** Before the path of the app's pages; empty when the frame and the app share an origin. */
  readonly appOrigin: string
}

export interface FrameAnswer {
  readonly contentType: string
  readonly body: string | Buffer
}

export const APP_BRIDGE_ON_CDN = 'https://cdn.shopify.com/shopifycloud/app-bridge.js'
export const APP_BRIDGE_PATH = '/app-bridge.js'

const require = createRequire(import.meta.url)
const INTER = '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2'

/** Null for an address that is the app's. */
export function frameAnswer(pages: FramePages, url: URL): FrameAnswer | null {
  if (url.pathname === '/' || url.pathname.startsWith('/store/'))
    return file('host/host.html', 'text/html; charset=utf-8')
  switch (url.pathname) {
    case APP_BRIDGE_PATH:
      return { contentType: 'text/javascript; charset=utf-8', body: appBridgeScript() }
    case '/sandbox/host.css':
      return file('host/host.css', 'text/css; charset=utf-8')
    case '/sandbox/inter.woff2': // the admin's own font, so that text takes the room it takes there
      return { contentType: 'font/woff2', body: readFileSync(require.resolve(INTER)) }
    case '/sandbox/host.js':
      return file('host/host.js', 'text/javascript; charset=utf-8')
    case '/sandbox/id-token':
      return { contentType: 'text/plain', body: pages.shopify.idToken(shopOf(pages, url)) }
    case '/sandbox/scopes':
      return { contentType: 'application/json', body: JSON.stringify(scopesOf(pages, url)) }
    case '/sandbox/frame':
      return { contentType: 'application/json', body: JSON.stringify(opening(pages, url)) }
    default:
      return null
  }
}

/** The stand-in for Shopify's script: its parts, in the order in which they need each other. */
function appBridgeScript(): string {
  const parts = ['channel', 'session', 'fetch', 'bars', 'save-form', 'modal', 'global']
  return parts.map((part) => read(`bridge/${part}.js`)).join('\n')
}

/** The shop's name for the top bar, and the page that the frame opens with. */
function opening(pages: FramePages, asked: URL): { shop: string; url: string } {
  const { shopify, appOrigin } = pages
  const shop = shopOf(pages, asked)
  const page = new URL(asked.searchParams.get('path') ?? '/app', 'http://app')
  const locale = page.searchParams.get('locale') // the language in which somebody reads the admin
  for (const [name, value] of shopify.embeddedUrlParams(shop)) page.searchParams.set(name, value)
  if (locale) page.searchParams.set('locale', locale)
  return { shop: shopify.shop(shop).facts.name, url: `${appOrigin}${page.pathname}${page.search}` }
}

/** What the app may read in the shop. `grant` is what the merchant has just agreed to: only what the app declares as optional. */
function scopesOf(pages: FramePages, asked: URL): { granted: readonly string[]; optional: readonly string[] } {
  const shop = pages.shopify.shop(shopOf(pages, asked))
  const { optional_scopes: optional = [] } = appToml.access_scopes
  const added = asked.searchParams.getAll('grant').filter((scope) => optional.includes(scope))
  if (added.length > 0) shop.setScopes([...new Set([...shop.scopes, ...added])])
  return { granted: shop.scopes, optional }
}

function shopOf({ shop }: FramePages, asked: URL): string {
  const store = asked.searchParams.get('store')
  return store ? `${store}.myshopify.com` : shop
}

function file(name: string, contentType: string): FrameAnswer {
  return { contentType, body: read(name) }
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}
