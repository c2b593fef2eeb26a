import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { customerNumber } from '#app/core/ids.ts'
import { markCustomer } from '#app/sync/intake/mark-customers.ts'
import { signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const door = useDoor(sandbox)

async function post({ domain }: Pick<InstalledShop, 'domain'>, body: string): Promise<number> {
  const headers = {
    'x-shopify-topic': 'customers/update',
    'x-shopify-hmac-sha256': signatureOf(body, config.shopify.apiSecret),
    'x-shopify-shop-domain': domain,
  }
  return (await fetch(`${door.origin}/webhooks/customers`, { method: 'POST', body, headers })).status
}

const marksOf = ({ domain }: Pick<InstalledShop, 'domain'>) =>
  rowsIn(
    sandbox.databaseUrl,
    'select customer_id, updated_at from dirty_customer where shop = $1 order by customer_id',
    [domain],
  )

test.each([
  ['no text of a time', '"soon"'],
  ['null', 'null'],
  ['a number', '17'],
  ['before any database begins', '"-271821-04-20T00:00:00.000Z"'],
  ['after the last year of four digits', '"+275760-09-13T00:00:00.000Z"'],
])('a change whose time is %s is marked all the same, as one that names none', async (_what, time) => {
  const given = await givenInstalledShop(sandbox)
  expect(await post(given, `{"admin_graphql_api_id":"gid://shopify/Customer/1","updated_at":${time}}`)).toBe(200)
  expect(await marksOf(given)).toEqual([{ customer_id: '1', updated_at: null }])
})

test('a time that the database cannot store does not affect customers reported in the same moment', async () => {
  const given = await givenInstalledShop(sandbox)
  const times = ['2026-11-20T10:00:00Z', '-271821-04-20T00:00:00.000Z', 'never', '2026-11-20T11:00:00Z']
  await Promise.all(
    times.map((time, i) =>
      markCustomer(given.domain, { customerId: customerNumber.parse(i + 1), updatedAt: new Date(time) }),
    ),
  )
  expect(await marksOf(given)).toEqual([
    { customer_id: '1', updated_at: new Date(times[0]!) },
    { customer_id: '2', updated_at: null },
    { customer_id: '3', updated_at: null },
    { customer_id: '4', updated_at: new Date(times[3]!) },
  ])
})

test('a mark that the database does not take fails alone', async () => {
  const given = await givenInstalledShop(sandbox)
  const past63Bits = '99999999999999999999' as ReturnType<typeof customerNumber.parse>
  const outcomes = await Promise.allSettled(
    [customerNumber.parse(1), past63Bits, customerNumber.parse(2)].map((customerId) =>
      markCustomer(given.domain, { customerId, updatedAt: null }),
    ),
  )
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(await marksOf(given)).toHaveLength(2)
})
