import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { forgedDelivery, signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const door = useDoor(sandbox)

const marksOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select customer_id, changes from dirty_customer where shop = $1', [domain])

async function run(body: object): Promise<number> {
  const text = JSON.stringify(body)
  const headers = { 'x-shopify-hmac-sha256': signatureOf(text, config.shopify.apiSecret) }
  return (await fetch(`${door.origin}/flow/sync-customer`, { method: 'POST', body: text, headers })).status
}

test('a workflow that Shopify did not sign is answered 401 and marks no customer', async () => {
  const installed = await givenInstalledShop(sandbox)
  installed.shop.webhooks.pause()
  const delivery = installed.shop.webhooks.runFlow('7000000000001')

  expect(await installed.shop.webhooks.deliverOnce(forgedDelivery(delivery))).toBe(401)
  expect(await installed.shop.webhooks.deliverOnce({ ...delivery, headers: {} })).toBe(400)
  expect(await marksOf(installed)).toEqual([])
})

test('an action run that Flow repeats marks its customer once', async () => {
  const installed = await givenInstalledShop(sandbox)
  const { webhooks } = installed.shop

  const delivery = webhooks.runFlow('7000000000001')
  await webhooks.flush()
  webhooks.repeat(delivery)
  webhooks.repeat(delivery)
  await webhooks.flush()
  expect(await marksOf(installed)).toEqual([{ customer_id: '7000000000001', changes: 1 }])

  webhooks.runFlow('7000000000001', { idAs: 'number' })
  await webhooks.flush()
  expect(await marksOf(installed)).toEqual([{ customer_id: '7000000000001', changes: 2 }])
})

test('one action run’s id in two shops is two runs', async () => {
  const [one, other] = [await givenInstalledShop(sandbox), await givenInstalledShop(sandbox)]
  for (const { domain } of [one, other]) {
    const action = { shopify_domain: domain, action_run_id: 'the same', properties: { customer_id: 7 } }
    expect(await run(action)).toBe(200)
  }
  expect(await marksOf(one)).toEqual([{ customer_id: '7', changes: 1 }])
  expect(await marksOf(other)).toEqual([{ customer_id: '7', changes: 1 }])
})

test.each([
  ['no run’s id', { properties: { customer_id: 7 } }],
  ['no customer', { action_run_id: 'a', properties: {} }],
  ['another thing’s id', { action_run_id: 'a', properties: { customer_id: 'gid://shopify/Order/7' } }],
])('an action with %s is answered 200 and counted as unreadable', async (_what, body) => {
  const installed = await givenInstalledShop(sandbox)

  expect(await run({ shopify_domain: installed.domain, ...body })).toBe(200)

  expect(await marksOf(installed)).toEqual([])
  expect(
    await rowsIn(sandbox.databaseUrl, 'select unreadable from sync_hour where shop = $1', [installed.domain]),
  ).toEqual([{ unreadable: 1 }])
})
