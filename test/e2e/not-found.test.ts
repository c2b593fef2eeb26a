import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { launchBrowser, newBrowserContext } from '#test/sandbox/admin-frame/browser.ts'
import { untilReactRuns } from './support/admin.ts'
import { useLockstep } from './support/lockstep.ts'
import { watchPage } from './support/watch-page.ts'

const lockstep = useLockstep()
let browser: Browser

beforeAll(async () => {
  browser = await launchBrowser()
})
afterAll(() => browser.close())

test.each(['/nothing', '/nothing/here.html?id_token=secret'])(
  'at %s a visitor reads that there is no such page, and the page runs without an error',
  async (path) => {
    const complaints: string[] = []
    const context = await newBrowserContext(browser)
    const page = await context.newPage()
    watchPage(page, [lockstep.appOrigin], (words) => complaints.push(words))

    const answer = await page.goto(lockstep.appOrigin + path)
    await untilReactRuns(page)

    expect(answer?.status()).toBe(404)
    expect(await page.title()).toBe('Page not found')
    expect(await page.getByRole('heading').allInnerTexts()).toEqual(['Page not found'])
    expect(complaints).toEqual([
      `${new URL(page.url()).pathname} answered 404`,
      'error: Failed to load resource: the server responded with a status of 404 (Not Found)',
    ])
    await context.close()
  },
)
