import { expect, test } from 'vitest'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const DESKTOP = { width: 1280, height: 900 }
const SMALL_PHONE = { width: 320, height: 640 }

test('the chart is loaded when it comes into view, and the same numbers can be read as a table', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 40 })
  const opened = await admin.open(shop, '/app', DESKTOP)
  const { app, page } = opened
  const asked: string[] = []
  page.on('request', (request) => asked.push(new URL(request.url()).pathname))
  const aboutTheChart = () => asked.filter((path) => /history/.test(path))
  await app.getByText('Up to date').waitFor()
  expect(aboutTheChart()).toEqual([])

  await scrollDown(opened)
  await app.locator('.ls-chart canvas').waitFor()
  expect(aboutTheChart()).toContain('/app/history.data')
  const summary = await app.locator('.ls-chart figcaption p').innerText()
  const [, sent] = /^(\d+) profiles sent, \d+ issues?, 0 changes from Shopify$/.exec(summary) ?? []
  // New profiles are sent once more, with their phone numbers.
  expect(Number(sent)).toBeGreaterThanOrEqual(lockstep.klaviyo.account(shop.accountId).size)
  await app.locator('.ls-chart figcaption').scrollIntoViewIfNeeded()
  await leavePicture(opened, 'history')
  // A screen reader has the table beside the chart.
  expect(await app.getByRole('table').getByRole('row').count()).toBe(25)

  await app.getByRole('button', { name: 'Last 30 days' }).click()
  await app.getByRole('button', { name: 'Table' }).click()
  expect(await app.getByRole('table').getByRole('row').count()).toBe(31)
  expect(await app.locator('.ls-chart').count()).toBe(0)
  const cellsOf = (row: number) => app.getByRole('table').getByRole('row').nth(row).getByRole('cell').allInnerTexts()
  // The last 24 hours may have begun before midnight.
  const [today, yesterday] = [await cellsOf(1), await cellsOf(2)]
  expect(Number(today[0]) + Number(yesterday[0])).toBe(Number(sent))
  expect([today[2], yesterday[2]]).toEqual(['0', '0'])
})

test('on a small phone the chart and the table are no wider than the phone', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 10 })
  const opened = await admin.open(shop, '/app', SMALL_PHONE)
  const { app } = opened
  await scrollDown(opened)
  await app.locator('.ls-chart canvas').waitFor()
  expect(await widthOf(opened)).toBe(SMALL_PHONE.width)
  await app.locator('.ls-chart figcaption').scrollIntoViewIfNeeded()
  await leavePicture(opened, 'history-phone')
  await app.getByRole('button', { name: 'Table' }).click()
  await app.getByRole('columnheader', { name: 'Profiles sent' }).waitFor()
  expect(await widthOf(opened)).toBe(SMALL_PHONE.width)
})

test('while the page is open one small request keeps it up to date, and none while it is hidden', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 40 })
  const opened = await admin.open(shop, '/app', DESKTOP)
  const { app, page } = opened
  await app.getByText('Up to date').waitFor()
  const answers: { path: string; bytes: number }[] = []
  page.on('response', async (answer) => {
    const { pathname, search } = new URL(answer.url())
    if (pathname.startsWith('/sandbox/')) return // the stand-in for the admin itself
    const body = await answer.body().catch(() => null) // of a request that the page broke off
    if (body) answers.push({ path: pathname + search, bytes: body.byteLength })
  })
  const cards = () => answers.filter(({ path }) => path.startsWith('/app.data'))
  await expect.poll(() => cards().length, { timeout: 40_000 }).toBe(1)
  answers.length = 0
  await expect.poll(() => cards().length, { timeout: 40_000 }).toBe(1)
  expect(answers.map(({ path }) => path)).toEqual([expect.stringMatching(/^\/app\.data/)])
  console.info(`A refresh of the home page: ${answers[0]?.bytes} bytes before compression`)
  expect(answers[0]?.path).toMatch(/^\/app\.data/)
  expect(answers[0]?.bytes).toBeLessThan(4_096)

  const frame = page.frame('app')!
  await frame.evaluate(`Object.defineProperty(document, 'hidden', { value: true, configurable: true })`)
  const refreshes = await frame.evaluate<number>(
    `new Promise((done) => { const before = performance.getEntriesByType('resource').length
      setTimeout(() => done(performance.getEntriesByType('resource').length - before), 17_000) })`,
  )
  expect(refreshes).toBe(0)
})

test('a browser whose clock is wrong shows the same ages', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 3 })
  const { app, page } = await admin.open(shop)
  await page.clock.install({ time: new Date(Date.now() + 5 * 60 * 60_000) })
  await page.reload()
  await app.getByText('Up to date').waitFor()
  const line = app.locator('.ls-line', { hasText: 'Last full sync started at' })
  expect(await line.innerText()).toMatch(/\((just now|\d+ seconds? ago|[1-5] minutes? ago)\)/)
})

/** To the end of the page, where the history is. */
async function scrollDown({ page }: AdminPage): Promise<void> {
  await page.frame('app')?.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
}

async function widthOf({ page }: AdminPage): Promise<unknown> {
  return page.frame('app')?.evaluate('document.documentElement.scrollWidth')
}
