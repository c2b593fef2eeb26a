import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect } from 'vitest'
import { launchBrowser, newBrowserContext } from '#test/sandbox/admin-frame/browser.ts'
import type { GivenShop } from './given-shop.ts'
import type { Lockstep } from './lockstep.ts'

/** A page of a shop's admin with the app in it. */
export interface AdminPage {
  readonly page: Page
  readonly app: FrameLocator
}

export interface Admin {
  /** Opens a page of the app in a browser of its own. */
  open(shop: GivenShop, path?: string, size?: { width: number; height: number }): Promise<AdminPage>
  /** A page that is empty yet, watched like all of them. */
  newPage(): Promise<Page>
}

export const PHONE = { width: 375, height: 812 }

/** A browser for the test file that calls it. A page that complains, fails to load something or asks a stranger fails its test. */
export function useAdmin(lockstep: Lockstep): Admin {
  let browser: Browser
  const contexts: BrowserContext[] = []
  const complaints: string[] = []
  const asked = new Set<string>()

  async function newPage(): Promise<Page> {
    const context = await newBrowserContext(browser)
    context.setDefaultTimeout(30_000)
    contexts.push(context)
    const page = await context.newPage()
    watch(page, complaints, asked)
    return page
  }

  beforeAll(async () => {
    browser = await launchBrowser()
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepWhatIsSeen(contexts, task.name)
    for (const context of contexts.splice(0)) await context.close()
    const strangers = [...asked].filter((origin) => !KNOWN.has(origin) && origin !== lockstep.adminUrl && origin !== lockstep.appOrigin)
    asked.clear()
    expect({ complaints: complaints.splice(0), strangers }).toEqual({ complaints: [], strangers: [] })
  })
  afterAll(() => browser.close())

  return {
    newPage,
    async open({ domain }, path = '/app', size) {
      const page = await newPage()
      if (size) await page.setViewportSize(size)
      await page.goto(`${lockstep.adminUrl}/store/${domain.split('.')[0]}/apps/lockstep${path}`)
      await page.locator('#app[data-alive]').waitFor()
      return { page, app: page.frameLocator('#app') }
    },
  }
}

const FAILED = new URL('../../../.data/e2e-failed', import.meta.url).pathname

/** For whoever looks into a test that failed. */
async function keepWhatIsSeen(contexts: readonly BrowserContext[], test: string): Promise<void> {
  const name = test.replace(/\W+/g, '-').slice(0, 60)
  for (const [i, page] of contexts.flatMap((context) => context.pages()).entries()) {
    await page.screenshot({ path: `${FAILED}/${name}-${i + 1}.png` })
  }
}

/** What the real admin serves; here both are the sandbox's. */
const KNOWN = new Set(['https://admin.shopify.com', 'https://cdn.shopify.com'])

function watch(page: Page, complaints: string[], asked: Set<string>): void {
  page.on('console', (message) => {
    if (['error', 'warning', 'assert'].includes(message.type())) complaints.push(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complaints.push(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:') asked.add(origin)
  })
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // The page itself breaks off what it reads when it goes elsewhere.
    if (why !== 'net::ERR_ABORTED') complaints.push(`${new URL(request.url()).pathname} failed: ${why}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complaints.push(`${new URL(response.url()).pathname} answered ${response.status()}`)
  })
}
