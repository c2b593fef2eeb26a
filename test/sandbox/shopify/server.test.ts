import { execFile } from 'node:child_process'
import { expect, test } from 'vitest'

const server = new URL('server.ts', import.meta.url).href
const frame = new URL('../admin-frame/server.ts', import.meta.url).href

/** A program full of unfinished business: what keeps running would keep its process from ending. */
const program = `
import { request } from 'undici'
import { startShopify } from '${server}'
import { startAdminFrame } from '${frame}'
const shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', appUrl: 'http://127.0.0.1:9', bulkDurationMs: 60_000 })
const shop = shopify.addShop({ domain: 'ada.myshopify.com' })
const admin = await startAdminFrame({ appOrigin: 'http://127.0.0.1:9', shopify, shop: shop.domain })
shop.webhooks.configure({ retryDelayMs: 60_000 })
shop.customers.create()
shop.bulk.start('', { count: 1, lines: () => ['{}'] })
shopify.faults.cause({ kind: 'slow', delayMs: 60_000 })
void request(shopify.origin + '/admin/api/2026-10/graphql.json', { method: 'POST', headers: { host: shop.domain } }).catch(() => {})
await fetch(admin.url)
await shop.webhooks.deliverOnce(shop.webhooks.compose('shop/update'))
await admin.close()
await shopify.close()
console.log('closed')
`

test('closing leaves no timer and no socket behind', async () => {
  const output = await new Promise<string>((resolve) => {
    execFile(process.execPath, ['--input-type=module', '--eval', program], (_, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })

  expect(output).toBe('closed\n')
})
