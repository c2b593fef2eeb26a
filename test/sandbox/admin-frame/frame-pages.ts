import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { StandInShopify } from '../shopify/server.ts'

/** What the frame shows and answers itself. The rest of its addresses are the app's. */
export interface FramePages {
  readonly shopify: StandInShopify
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
      return { contentType: 'text/plain', body: pages.shopify.idToken(pages.shop) }
    case '/sandbox/frame':
      return {
        contentType: 'application/json',
        body: JSON.stringify(opening(pages, url.searchParams.get('path') ?? '/app')),
      }
    default:
      return null
  }
}

/** The stand-in for Shopify's script: its parts, in the order in which they need each other. */
export function appBridgeScript(): string {
  const parts = ['channel', 'session', 'fetch', 'bars', 'save-form', 'modal', 'global']
  return parts.map((part) => read(`bridge/${part}.js`)).join('\n')
}

/** The shop's name for the top bar, and the page that the frame opens with. */
function opening({ shopify, shop, appOrigin }: FramePages, path: string): { shop: string; url: string } {
  const { name } = shopify.shop(shop).facts
  return { shop: name, url: `${appOrigin}${path}?${shopify.embeddedUrlParams(shop)}` }
}

function file(name: string, contentType: string): FrameAnswer {
  return { contentType, body: read(name) }
}

function read(name: string): string {
  return readFileSync(new URL(name, import.meta.url), 'utf8')
}
