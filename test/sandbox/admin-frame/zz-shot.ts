import { startShopify } from '../shopify/server.ts'
import { launchBrowser, newBrowserContext } from './browser.ts'
import { startAdminFrame } from './server.ts'
import { startStaticApp } from './static-app.ts'

const shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret' })
shopify.addShop({ domain: 'ada.myshopify.com', name: 'Ada & Co' })
const app = await startStaticApp()
const admin = await startAdminFrame({ appOrigin: app.origin, shopify, shop: 'ada.myshopify.com' })
const browser = await launchBrowser()
const page = await (await newBrowserContext(browser)).newPage()
await page.goto(`${admin.url}/store/ada/apps/lockstep/app`)
await page.frameLocator('#app').getByRole('heading').waitFor()
const frame = page.frame('app')!
await frame.evaluate(
  "shopify.toast.show('Sync started', {action: 'Undo'}); shopify.toast.show('Could not save', {isError: true})",
)
await frame.getByLabel('Key').fill('pk_two')
await page.locator('#save-bar').waitFor()
await page.screenshot({ path: '/tmp/w/frame.png' })
await frame.evaluate("shopify.modal.show('sure')")
await page.screenshot({ path: '/tmp/w/modal.png' })
await page.setViewportSize({ width: 420, height: 760 })
await page.screenshot({ path: '/tmp/w/narrow.png' })
await browser.close()
await admin.close()
await app.close()
await shopify.close()
