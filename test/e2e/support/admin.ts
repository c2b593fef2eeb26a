import type { Browser, BrowserContext, FrameLocator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest'
import { launchBrowser, newBrowserContext } from '#test/sandbox/admin-frame/browser.ts'
import { routeAdmin } from '#test/sandbox/admin-frame/routed-admin.ts'
import type { GivenShop } from './given-shop.ts'
import type { Lockstep } from './lockstep.ts'
import { watchPage } from './watch-page.ts'

/** A page of a shop's admin with the app in it. */
export interface AdminPage {
  readonly page: Page
  readonly app: FrameLocator
  /** Goes to another page of the app by its address. */
  visit(path: string): Promise<void>
}

export interface HowToOpen {
  readonly width?: number
  readonly height?: number
  /** Is called with the new tab before it goes anywhere. */
  readonly before?: (page: Page) => Promise<void>
}

export interface Admin {
  /** Opens a page of the app in a tab of its own, in the admin that an ordinary browser sees. */
  open(shop: GivenShop, path?: string, how?: HowToOpen): Promise<AdminPage>
  /** A tab for pages outside the admin, which may ask these origins only. */
  newPage(own: readonly string[]): Promise<Page>
  /** What the pages of this test are expected to complain of: each such complaint is forgotten. */
  expectComplaints(of: RegExp): void
  /** The same at https://admin.shopify.com, where the app's own policy decides whether it may be shown there. */
  openAtShopify(shop: GivenShop): Promise<AdminPage>
}

export const PHONE = { width: 375, height: 812 }

/** Before that, a click on a button does nothing. */
const REACT_RUNS = "Object.keys(document.body ?? {}).some((name) => name.startsWith('__reactFiber'))"

/** Asks again and again from outside: waiting inside the page needs `eval`, which the app's policy forbids. */
export async function untilReactRuns(place: Pick<Page, 'evaluate'>): Promise<void> {
  const look = async () => {
    if (!(await place.evaluate<boolean>(REACT_RUNS))) throw new Error('React does not run')
  }
  await vi.waitFor(look, { timeout: 30_000, interval: 20 })
}

/** A browser for the test file that calls it, and the admin in it. A test fails for whatever one of its pages complains of. */
export function useAdmin(lockstep: Lockstep): Admin {
  let browser: Browser
  let context: BrowserContext
  const complaints: string[] = []
  const expected: RegExp[] = []

  beforeAll(async () => {
    browser = await launchBrowser()
    context = await newBrowserContext(browser)
    context.setDefaultTimeout(30_000)
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepWhatIsSeen(context.pages(), task.name)
    for (const page of context.pages()) await page.close()
    const forgotten = expected.splice(0)
    expect(complaints.splice(0).filter((words) => !forgotten.some((of) => of.test(words)))).toEqual([])
  })
  afterAll(() => browser.close())

  async function newPage(own: readonly string[]): Promise<Page> {
    const page = await context.newPage()
    watchPage(page, own, (words) => complaints.push(words))
    return page
  }

  return {
    async open({ domain }, path = '/app', { width, height, before } = {}) {
      const page = await newPage([lockstep.adminUrl, lockstep.klaviyo.url])
      if (width && height) await page.setViewportSize({ width, height })
      await before?.(page)
      return goTo(page, `${lockstep.adminUrl}/store/${domain.split('.')[0]}/apps/lockstep`, path)
    },

    newPage,

    expectComplaints: (of) => expected.push(of),

    async openAtShopify({ domain }) {
      const { appOrigin, adminUrl: appUrl, shopify } = lockstep
      const page = await newPage([appOrigin, 'https://admin.shopify.com', 'https://cdn.shopify.com'])
      return goTo(page, await routeAdmin(page, { shopify, shop: domain, appOrigin, appUrl }), '/app')
    },
  }
}

async function goTo(page: Page, root: string, path: string): Promise<AdminPage> {
  const visit = async (path: string) => {
    await page.goto(`${root}${path}`)
    const frame = page.frame('app')
    if (frame) await untilReactRuns(frame)
  }
  await visit(path)
  return { page, app: page.frameLocator('#app'), visit }
}

const FAILED = new URL('../../../.data/e2e-failed', import.meta.url).pathname

/** For debugging a failed test. */
async function keepWhatIsSeen(pages: readonly Page[], test: string): Promise<void> {
  const name = test.replace(/\W+/g, '-').slice(0, 60)
  for (const [i, page] of pages.entries()) await page.screenshot({ path: `${FAILED}/${name}-${i + 1}.png` })
}
