import axe, { type AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { rowsIn } from '../support/rows.ts'
import { accessibilityFaults } from './support/accessibility.ts'
import { type AdminPage, untilReactRuns, useAdmin } from './support/admin.ts'
import { type GivenShop, givenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep({ logins: true })
const admin = useAdmin(lockstep)

const SMALLEST_PHONE = { width: 320, height: 640 }
const SETTINGS = '/app/settings'

/** Presses the button, and waits until Klaviyo asks in the whole window. */
async function goToKlaviyo({ page, app }: AdminPage, button: string): Promise<void> {
  admin.expectComplaints(/\/favicon\.ico answered 404|status of 404/) // the stand-in Klaviyo has no icon
  await app.getByRole('button', { name: button, exact: true }).click()
  await page.waitForURL(`${lockstep.klaviyo.url}/oauth/authorize?**`)
}

/** Chooses an account at Klaviyo and allows the app, or does not; resolves when the admin stands again. */
async function answerKlaviyo({ page }: AdminPage, accountId: string, answer: 'Allow' | 'Cancel'): Promise<void> {
  await page.getByLabel('Account').selectOption(accountId)
  await page.getByRole('button', { name: answer }).click()
  // The stand-in's proxy makes its own address of https://admin.shopify.com.
  await page.waitForURL(`${lockstep.adminUrl}/store/**`)
  await page.frameLocator('#app').getByRole('heading', { level: 1 }).waitFor()
}

async function connectionOf({ domain }: GivenShop) {
  const [row] = await rowsIn(lockstep.databaseUrl, 'select kind, account_id from connection where shop = $1', [domain])
  return row ? `${row.kind} of ${row.account_id}` : null
}

async function expectUsable(opened: AdminPage): Promise<void> {
  expect(await accessibilityFaults(opened)).toEqual([])
  const tooWide = 'document.documentElement.scrollWidth - document.documentElement.clientWidth'
  expect(await opened.page.frame('app')?.evaluate(tooWide)).toBe(0)
}

test('a merchant connects by Klaviyo’s login: out of the admin in the whole window, back into it, and synced', async () => {
  const shop = givenShop(lockstep, { customers: 5 })
  const opened = await admin.open(shop, SETTINGS)
  await opened.app.getByText('You need no key.').waitFor()
  await leavePicture(opened, 'klaviyo-login')

  await goToKlaviyo(opened, 'Connect with Klaviyo')
  await answerKlaviyo(opened, shop.accountId, 'Allow')

  await opened.app.getByText('Connected to Ada & Co').waitFor()
  await opened.app.getByText('Klaviyo’s login', { exact: true }).waitFor()
  await expect.poll(() => opened.page.url()).not.toContain('klaviyo=')
  expect(await connectionOf(shop)).toBe(`oauth of ${shop.accountId}`)
  await untilAtRest(lockstep, shop)
  expect([...lockstep.klaviyo.account(shop.accountId).profiles()].length).toBeGreaterThan(0)
})

test('who wants to look at the choices first comes back to the setup guide, and nothing is sent', async () => {
  const shop = givenShop(lockstep, { customers: 5 })
  const opened = await admin.open(shop, SETTINGS)
  await goToKlaviyo(opened, 'Connect and choose first')
  await answerKlaviyo(opened, shop.accountId, 'Allow')
  await opened.app.getByText('Setup guide').waitFor()
  expect(await connectionOf(shop)).toBe(`oauth of ${shop.accountId}`)
})

test('on a phone of 320 px: not allowed, gone to Klaviyo and not sent back, and begun again', async () => {
  const shop = givenShop(lockstep)
  const opened = await admin.open(shop, SETTINGS, SMALLEST_PHONE)
  await expectUsable(opened)
  await goToKlaviyo(opened, 'Connect with Klaviyo')
  await answerKlaviyo(opened, shop.accountId, 'Cancel')
  await opened.app.getByText('Lockstep was not allowed in Klaviyo, so nothing was connected.').waitFor()
  await expectUsable(opened)

  await goToKlaviyo(opened, 'Connect with Klaviyo')
  await opened.visit(SETTINGS)
  await opened.app.getByText('Klaviyo did not send you back').waitFor()
  await expectUsable(opened)
  await opened.app.getByRole('button', { name: 'Dismiss' }).click()
  await opened.app.getByText('Klaviyo did not send you back').waitFor({ state: 'hidden' })

  await goToKlaviyo(opened, 'Connect with Klaviyo')
  await opened.visit(SETTINGS)
  await goToKlaviyo(opened, 'Start again')
  await answerKlaviyo(opened, shop.accountId, 'Allow')
  await opened.app.getByText('Connected to Ada & Co').waitFor()
  expect(await connectionOf(shop)).toBe(`oauth of ${shop.accountId}`)
})

test('a shop moves from a key to the login, and another account is asked about before it is connected', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 3 })
  const other = givenShop(lockstep, { name: 'Grace Ltd' })
  const opened = await admin.open(shop, SETTINGS, SMALLEST_PHONE)
  await opened.app.getByText('Connect by Klaviyo’s own login instead of a key').waitFor()
  await expectUsable(opened)

  await goToKlaviyo(opened, 'Connect with Klaviyo')
  await answerKlaviyo(opened, other.accountId, 'Allow')
  await opened.app.getByText('Connect Grace Ltd instead of Ada & Co?').waitFor()
  await expectUsable(opened)
  await opened.app.getByRole('button', { name: 'Keep Ada & Co' }).click()
  await opened.app.getByText('Nothing was changed. The account stays as it was.').waitFor()
  expect(await connectionOf(shop)).toBe(`key of ${shop.accountId}`)

  await goToKlaviyo(opened, 'Connect with Klaviyo')
  await answerKlaviyo(opened, shop.accountId, 'Allow')
  await opened.app.getByText('Connected to Ada & Co').waitFor()
  expect(await connectionOf(shop)).toBe(`oauth of ${shop.accountId}`)
})

test('an app that was removed in Klaviyo is said on the card, and reconnecting sends what waited', async () => {
  const shop = givenShop(lockstep, { customers: ({ customers }) => customers.create({ email: 'grace@example.com' }) })
  const opened = await admin.open(shop, SETTINGS)
  await goToKlaviyo(opened, 'Connect with Klaviyo')
  await answerKlaviyo(opened, shop.accountId, 'Allow')
  await opened.app.getByText('Connected to Ada & Co').waitFor()
  await untilAtRest(lockstep, shop)

  lockstep.klaviyo.oauth.uninstall(shop.accountId)
  const [customer] = [...shop.shop.customers.all()]
  shop.shop.customers.update(customer?.id ?? '', { firstName: 'Held' })
  const refused = 'select 1 from connection where shop = $1 and refused_at is not null'
  await expect.poll(() => rowsIn(lockstep.databaseUrl, refused, [shop.domain]), { timeout: 20_000 }).toHaveLength(1)

  await opened.visit('/app')
  await opened.app.getByText('Lockstep was disconnected in Klaviyo').waitFor()
  await opened.app.getByRole('link', { name: 'Reconnect in Settings' }).click()
  await opened.app.getByText('Disconnected in Klaviyo', { exact: true }).waitFor()
  await leavePicture(opened, 'klaviyo-disconnected')
  await goToKlaviyo(opened, 'Reconnect with Klaviyo')
  await answerKlaviyo(opened, shop.accountId, 'Allow')
  await opened.app.getByText('Connected to Ada & Co').waitFor()
  const name = () => lockstep.klaviyo.account(shop.accountId).profileByEmail('grace@example.com')?.attributes.first_name
  await expect.poll(name, { timeout: 20_000 }).toBe('Held')
})

test.each([
  ['/klaviyo/install', 200, 'Open Lockstep in your Shopify admin to finish'],
  ['/klaviyo/settings', 200, 'Lockstep’s settings are in your Shopify admin'],
  ['/klaviyo/callback?state=ada.x&code=y', 404, 'This login has ended'],
])('%s is a page of plain sentences that asks for no shop', async (path, status, title) => {
  admin.expectComplaints(/ answered 404$|status of 404/)
  const page: Page = await admin.newPage([lockstep.appOrigin])
  await page.setViewportSize(SMALLEST_PHONE)
  const answer = await page.goto(`${lockstep.appOrigin}${path}`)
  await untilReactRuns(page)
  expect(answer?.status()).toBe(status)
  expect(await page.getByRole('heading').allInnerTexts()).toEqual([title])
  expect(await page.locator('input, form').count()).toBe(0)
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<AxeResults>('axe.run(document)')
  expect(violations.map(({ id }) => id)).toEqual([])
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(SMALLEST_PHONE.width)
})
