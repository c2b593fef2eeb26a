import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { readJson } from '#app/webhooks/read-json.ts'
import { signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const door = useDoor(sandbox)

// Odd numbers above 2^53: as JSON numbers they would become their even neighbours.
const id = '9223372036854775805'
const otherId = '9007199254740993'
const updatedAt = '2026-11-20T10:00:00Z'

async function markedIn({ domain }: InstalledShop): Promise<string[]> {
  const marked = 'select customer_id from dirty_customer where shop = $1 order by customer_id'
  return (await rowsIn(sandbox.databaseUrl, marked, [domain])).map((row) => row.customer_id)
}

test.each([
  'customers/create',
  'customers/update',
  'customers/delete',
  'customer.tags_added',
  'customer.tags_removed',
  'customers/purchasing_summary',
  'customers_email_marketing_consent/update',
  'customers_marketing_consent/update',
] as const)('%s keeps every digit of an id past 2^53', async (topic) => {
  const installed = await givenInstalledShop(sandbox)
  const { webhooks } = installed.shop

  expect(await webhooks.deliverOnce(webhooks.compose(topic, { id, updatedAt }))).toBe(200)
  expect(await webhooks.deliverOnce(webhooks.compose(topic, { id: otherId, updatedAt }))).toBe(200)

  expect(await markedIn(installed)).toEqual([otherId, id])
})

test('a merge keeps every digit of both ids', async () => {
  const installed = await givenInstalledShop(sandbox)
  installed.shop.webhooks.send('customers/merge', { keptId: id, goneId: otherId })
  await installed.shop.webhooks.flush()
  expect(await markedIn(installed)).toEqual([otherId, id])
})

test('an event keeps every digit', async () => {
  const installed = await givenInstalledShop(sandbox)
  installed.shop.webhooks.sendEvent({ customerId: id, metafield: 'loyalty.points', how: 'updated' })
  await installed.shop.webhooks.flush()
  expect(await markedIn(installed)).toEqual([id])
})

test.each(['gid', 'number'] as const)('a workflow’s customer keeps every digit as a %s', async (idAs) => {
  const installed = await givenInstalledShop(sandbox)
  installed.shop.webhooks.runFlow(id, { idAs })
  await installed.shop.webhooks.flush()
  expect(await markedIn(installed)).toEqual([id])
})

test('a request for erasure or for data keeps every digit', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  const customer = shop.customers.create({ id, email: 'ada@example.com' })

  shop.webhooks.send('customers/data_request', customer)
  await shop.webhooks.flush()
  const asked = await rowsIn(sandbox.databaseUrl, 'select customer_id from data_request where shop = $1', [domain])
  shop.webhooks.send('customers/redact', customer)
  await shop.webhooks.flush()

  expect(asked).toEqual([{ customer_id: id }])
  expect(await rowsIn(sandbox.databaseUrl, 'select customer_id from tombstone where shop = $1', [domain])).toEqual([
    { customer_id: id },
  ])
})

test.each(['-1', '0', '1.5', '1e3', '9223372036854775808', '"1; drop table shop"', 'true', 'null', '{}'])(
  'a customer number of %s is none',
  async (number) => {
    const installed = await givenInstalledShop(sandbox)
    const body = `{"customer_id":${number}}`
    const headers = {
      'x-shopify-topic': 'customers_email_marketing_consent/update',
      'x-shopify-shop-domain': installed.domain,
      'x-shopify-hmac-sha256': signatureOf(body, config.shopify.apiSecret),
    }
    const answer = await fetch(`${door.origin}/webhooks/customers`, { method: 'POST', body, headers })

    expect(answer.status).toBe(200)
    const marked = await markedIn(installed)
    expect(marked).toEqual(number === '1e3' ? ['1000'] : [])
  },
)

test('only whole numbers too long for a number become text; all else of a body stays what it is', () => {
  const text = `{"id":${id},"small":42,"rate":0.1234567890123456789,"words":"${id}","list":[${otherId},null,true]}`
  expect(readJson(text)).toEqual({ id, small: 42, rate: 0.12345678901234568, words: id, list: [otherId, null, true] })
})
