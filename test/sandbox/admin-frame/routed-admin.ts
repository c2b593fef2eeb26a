import type { Page, Route } from 'playwright-core'
import type { StandInShopify } from '../shopify/server.ts'
import { APP_BRIDGE_ON_CDN, APP_BRIDGE_PATH, type FrameAnswer, type FramePages, frameAnswer } from './frame-pages.ts'

export interface RoutedAdmin {
  readonly shopify: StandInShopify
  readonly shop: string
  /** Where the app listens. */
  readonly appOrigin: string
  /** What the app knows as its own address, if that is another. */
  readonly appUrl?: string
}

const ADMIN = 'https://admin.shopify.com'

/**
 * Makes `https://admin.shopify.com` and the App Bridge of the CDN those of the sandbox in one browser page, so that
 * the app's real frame-ancestors policy is put to the test. Yields the address to go to. Every request that is for
 * neither the admin nor the app is refused.
 */
export async function routeAdmin(
  page: Page,
  { shopify, shop, appOrigin, appUrl = appOrigin }: RoutedAdmin,
): Promise<string> {
  const pages: FramePages = { shopify, shop, appOrigin }
  await page.route('**/*', async (route) => {
    const url = new URL(route.request().url())
    if (url.origin === appOrigin) return toApp(route, new URL(appUrl).origin)
    if (url.href === APP_BRIDGE_ON_CDN) return fulfil(route, frameAnswer(pages, new URL(APP_BRIDGE_PATH, ADMIN)))
    return fulfil(route, url.origin === ADMIN ? frameAnswer(pages, url) : null)
  })
  return `${ADMIN}/store/${shop.split('.')[0]}/apps/lockstep`
}

/** A form comes from the address that the app knows as its own, as in a browser at that address. */
async function toApp(route: Route, origin: string): Promise<void> {
  const request = route.request()
  if (request.method() !== 'POST') return route.continue()
  const response = await route.fetch({ headers: { ...(await request.allHeaders()), origin } })
  await route.fulfill({ response })
}

async function fulfil(route: Route, answer: FrameAnswer | null): Promise<void> {
  if (!answer) return route.abort()
  await route.fulfill({ contentType: answer.contentType, body: answer.body })
}
