import type { Browser, Frame, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { type StandInShopify, startShopify } from '../shopify/server.ts'
import { readSessionToken } from '../shopify/tokens/session-token.ts'
import { launchBrowser, newBrowserContext } from './browser.ts'
import { routeAdmin } from './routed-admin.ts'
import { type AdminFrame, startAdminFrame } from './server.ts'
import { type StaticApp, startStaticApp } from './static-app.ts'

const SHOP = 'ada.myshopify.com'

let browser: Browser
let shopify: StandInShopify
let app: StaticApp
let admin: AdminFrame
let page: Page
let asked: string[]

beforeAll(async () => {
  browser = await launchBrowser()
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret' })
  shopify.addShop({ domain: SHOP, name: 'Ada & Co' })
})

afterAll(async () => {
  await browser.close()
  await shopify.close()
})

beforeEach(async () => {
  app = await startStaticApp()
  admin = await startAdminFrame({ appOrigin: app.origin, shopify, shop: SHOP })
  page = await (await newBrowserContext(browser)).newPage()
  asked = []
  page.on('request', (request) => asked.push(new URL(request.url()).origin))
})

afterEach(async () => {
  await page.context().close()
  await admin.close()
  await app.close()
})

async function openApp(address = admin.url): Promise<Frame> {
  await page.goto(address)
  await page.frameLocator('#app').getByRole('heading').waitFor()
  const frame = page.frame('app')
  if (!frame) throw new Error('the admin shows no app')
  return frame
}

test('an ordinary browser shows the app inside the admin, and asks nobody else', async () => {
  const frame = await openApp()

  expect(await page.locator('#shop').textContent()).toBe('Ada & Co')
  expect(await page.locator('#title').textContent()).toBe('Page /app')
  expect(await frame.locator('h1').textContent()).toBe('/app · Grüße')
  expect(await page.locator('#app-nav a').allTextContents()).toEqual(['Lockstep', 'Customers', 'Settings'])
  expect(new Set(asked)).toEqual(new Set([admin.url]))
})

test('the page knows its shop, its host and its language, also after the address has lost them', async () => {
  const frame = await openApp()
  const config = () => frame.evaluate('shopify.config')
  const before = await config()
  await frame.goto(`${admin.url}/app/settings`)

  expect(before).toMatchObject({ apiKey: 'key', shop: SHOP, locale: 'en' })
  expect(await config()).toEqual(before)
})

test('a call to the app carries a session token that Shopify minted', async () => {
  const frame = await openApp()
  await frame.evaluate("call({ method: 'POST', headers: { 'x-own': '1' }, body: 'x' })")
  const token = app.tokens[0]?.replace('Bearer ', '') ?? ''

  expect(await frame.locator('#answer').textContent()).toBe('200 {"method":"POST"}')
  expect(readSessionToken(token, { shop: SHOP, apiKey: 'key', apiSecret: 'secret', nowMs: Date.now() })).not.toBeNull()
})

test('a call refused for its token is made once more with a fresh one', async () => {
  const frame = await openApp()
  app.refuseTokens(1)
  await frame.evaluate("call({ method: 'POST', body: 'x' })")

  expect(await frame.locator('#answer').textContent()).toBe('200 {"method":"POST"}')
  expect(app.tokens).toHaveLength(2)
  expect(new Set(app.tokens).size).toBe(2)
  expect(await frame.evaluate('__ab.events.filter(({ type }) => type === "retry").length')).toBe(1)
})

test('the bounce page opens the address it was given, with a token', async () => {
  const frame = await openApp()
  const reload = encodeURIComponent(`${admin.url}/app/customers?embedded=1`)
  await frame.goto(`${admin.url}/bounce?shop=${SHOP}&shopify-reload=${reload}`)
  await frame.waitForURL(/\/app\/customers\?embedded=1&id_token=/)

  expect(await frame.locator('h1').textContent()).toBe('/app/customers · Grüße')
})

test('a toast is shown by the admin, and its action comes back to the app', async () => {
  const frame = await openApp()
  await frame.evaluate("shopify.toast.show('Saved', { action: 'Undo', onAction: () => { document.title = 'undone' } })")
  await page.locator('.toast', { hasText: 'Saved' }).waitFor()
  await page.getByRole('button', { name: 'Undo' }).click()

  await frame.waitForFunction("document.title === 'undone'")
  expect(await frame.evaluate("__ab.events.find(({ type }) => type === 'toast').message")).toBe('Saved')
})

test('the navigation of the admin moves the app without loading it anew, and its address along', async () => {
  const frame = await openApp(`${admin.url}/store/ada/apps/lockstep/app`)
  await frame.evaluate("window.stays = 'here'")
  await page.getByRole('link', { name: 'Customers' }).click()
  await page.waitForURL('**/store/ada/apps/lockstep/app/customers')

  expect(await frame.locator('h1').textContent()).toBe('/app/customers')
  expect(await frame.evaluate('window.stays')).toBe('here')
  expect(await page.locator('#app-nav [aria-current]').textContent()).toBe('Customers')
})

test('an address of the admin opens the page of the app that it names', async () => {
  const frame = await openApp(`${admin.url}/store/ada/apps/lockstep/app/settings`)

  expect(await frame.locator('h1').textContent()).toBe('/app/settings · Grüße')
})

test('the address says whose admin it is; a shop that is not there has none', async () => {
  shopify.addShop({ domain: 'bob.myshopify.com', name: 'Bob’s' })
  const frame = await openApp(`${admin.url}/store/bob/apps/lockstep/app`)
  await frame.evaluate("call({ method: 'GET' })")
  const token = app.tokens[0]?.replace('Bearer ', '') ?? ''

  expect(await page.locator('#shop').textContent()).toBe('Bob’s')
  expect(await frame.evaluate('shopify.config.shop')).toBe('bob.myshopify.com')
  expect(
    readSessionToken(token, { shop: 'bob.myshopify.com', apiKey: 'key', apiSecret: 'secret', nowMs: Date.now() }),
  ).not.toBeNull()
  expect((await fetch(`${admin.url}/sandbox/frame?store=nobody`)).status).toBe(404)
})

test('the buttons of the title bar are pressed in the admin', async () => {
  const frame = await openApp()
  await page.getByRole('button', { name: 'Sync now' }).click()

  await frame.waitForFunction("document.title === 'synced'")
})

test('a form with a save bar is saved and discarded from the admin', async () => {
  const frame = await openApp()
  await frame.getByLabel('Key').fill('pk_one')
  await page.locator('#discard').click()
  await page.locator('#save-bar').waitFor({ state: 'hidden' })
  expect(await frame.getByLabel('Key').inputValue()).toBe('')

  await frame.getByLabel('Key').fill('pk_two')
  await page.locator('#save').click()
  await frame.waitForFunction("document.title === 'saved pk_two'")
  await page.locator('#save-bar').waitFor({ state: 'hidden' })
})

test('a save bar of its own is shown and hidden by its id', async () => {
  const frame = await openApp()
  await frame.evaluate("shopify.saveBar.show('bar')")
  await page.locator('#save').click()
  await frame.waitForFunction("document.title === 'bar saved'")
  await page.locator('#discard').click()

  await page.locator('#save-bar').waitFor({ state: 'hidden' })
})

test('a modal lies over the app with its title and its buttons', async () => {
  const frame = await openApp()
  await frame.evaluate("shopify.modal.show('sure')")
  await frame.getByRole('dialog', { name: 'Reset' }).waitFor()
  expect(await frame.getByText('All of it?').isVisible()).toBe(true)
  await frame.getByRole('button', { name: 'Reset now' }).click()

  await frame.waitForFunction("document.title === 'reset' && !document.querySelector('ui-modal').hasAttribute('open')")
})

test('only HTML is changed on its way: the script’s address, the policy, and one preload', async () => {
  const html = await fetch(`${admin.url}/app`, { headers: { accept: 'text/html' } })
  const bytes = await fetch(`${admin.url}/bytes`)
  const moved = await fetch(`${admin.url}/to-admin`, { redirect: 'manual' })

  expect(html.headers.get('content-security-policy')).toBe("frame-ancestors 'self'; object-src 'none'")
  expect(html.headers.get('link')).toBe('</style.css>; rel="preload"; as="style"')
  expect(await html.text()).toContain('<script src="/app-bridge.js"')
  expect(await bytes.text()).toBe('https://cdn.shopify.com/shopifycloud/app-bridge.js')
  expect(bytes.headers.get('x-host')).toBe(new URL(admin.url).host)
  expect(moved.headers.get('location')).toBe('/store/ada/apps/key')
})

test('an app that is not there is said to be so', async () => {
  await app.close()
  const answer = await fetch(`${admin.url}/app`)

  expect(answer.status).toBe(502)
  app = await startStaticApp()
})

test('routed as admin.shopify.com, the app’s own policy lets the admin frame it', async () => {
  const address = await routeAdmin(page, { shopify, shop: SHOP, appOrigin: app.origin })
  const frame = await openApp(`${address}/app/settings`)
  await frame.evaluate("call({ method: 'GET' })")

  expect(page.url()).toBe('https://admin.shopify.com/store/ada/apps/lockstep/app/settings')
  expect(await frame.locator('#answer').textContent()).toBe('200 {"method":"GET"}')
  expect(app.tokens[0]).toMatch(/^Bearer ey/)
})
