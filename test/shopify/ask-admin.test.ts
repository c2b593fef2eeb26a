import { expect, test } from 'vitest'
import { z } from 'zod'
import { customerNumber } from '#app/core/ids.ts'
import { defaultMapping, metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { askAdmin } from '#app/shopify/ask-admin.ts'
import { findBulkOperation, startBulkCustomers } from '#app/shopify/bulk-operations.ts'
import { countCustomers, readCustomerNames, readCustomers } from '#app/shopify/read-customers.ts'
import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { answerAwaited } from '#app/telemetry/facts.ts'
import { type OddShape, oddShapes } from '#test/sandbox/shopify/customers/odd-record.ts'
import { skip } from '#test/support/clock.ts'
import { reopenApp } from '#test/support/reopen-app.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()
const asked = metafieldsRead(defaultMapping)

async function givenAda(settings: { restoreRate?: number } = {}) {
  const installed = await givenInstalledShop(sandbox, settings)
  const ada = installed.shop.customers.create({ email: 'ada@example.com', firstName: 'Ada', points: 12, tier: 'Gold' })
  const id = customerNumber.parse(ada.id)
  return { ...installed, id, read: () => readCustomers(installed.domain, [id], asked) }
}

test('customers are returned in the order they were asked for, with null for a deleted one', async () => {
  const { domain, id } = await givenAda()
  const answer = await readCustomers(domain, [customerNumber.parse(1), id], asked)
  expect(answer).toMatchObject({
    kind: 'answered',
    data: [
      null,
      {
        id,
        email: 'ada@example.com',
        metafields: { 'loyalty.points': { value: '12' }, 'loyalty.tier': { value: 'Gold' } },
      },
    ],
    pointsAvailable: expect.any(Number),
  })
})

test('what else is asked of a shop is answered too: names, a count, facts', async () => {
  const { domain, id, shop } = await givenAda()
  expect(await readCustomerNames(domain, [id])).toMatchObject({ data: [{ name: 'Ada', email: 'ada@example.com' }] })
  expect(await countCustomers(domain, null)).toMatchObject({ data: 1 })
  expect(await countCustomers(domain, `updated_at:>='2100-01-01T00:00:00Z'`)).toMatchObject({ data: 0 })
  expect(await readShopFacts(domain)).toMatchObject({
    data: { name: shop.facts.name, timeZone: 'Europe/Berlin', scopes: 'read_customers,read_customer_merge' },
  })
})

test('a spent allowance says how long until it bears the question', async () => {
  const { domain, id } = await givenAda({ restoreRate: 100 })
  const ids = Array.from({ length: 100 }, () => id)
  let answer = await readCustomers(domain, ids, asked)
  for (let i = 0; i < 10 && answer.kind === 'answered'; i++) answer = await readCustomers(domain, ids, asked)
  expect(answer).toMatchObject({ kind: 'throttled', retryAfterMs: expect.any(Number) })
  if (answer.kind === 'throttled') skip(answer.retryAfterMs)
  expect(await readCustomers(domain, ids, asked)).toMatchObject({ kind: 'answered' })
})

test.each([
  [{ kind: 'status', status: 503 }, { kind: 'unavailable' }],
  [{ kind: 'status', status: 502, html: true }, { kind: 'unavailable' }],
  [{ kind: 'reset', when: 'before' }, { kind: 'unavailable' }],
  [{ kind: 'reset', when: 'after' }, { kind: 'unavailable' }],
  [
    { kind: 'too-many-requests', retryAfterSeconds: 3 },
    { kind: 'throttled', retryAfterMs: 3_000 },
  ],
  [{ kind: 'throttled' }, { kind: 'throttled', retryAfterMs: expect.any(Number) }],
  [{ kind: 'status', status: 401 }, { kind: 'unauthorized' }],
  [{ kind: 'status', status: 402 }, { kind: 'payment_due' }],
  [{ kind: 'status', status: 403 }, { kind: 'forbidden' }],
  [{ kind: 'status', status: 403, html: true }, { kind: 'forbidden' }],
  [{ kind: 'address-refused' }, { kind: 'address_not_allowed' }],
  [{ kind: 'status', status: 404 }, { kind: 'shop_not_found' }],
  [{ kind: 'status', status: 404, html: true }, { kind: 'shop_not_found' }],
  [{ kind: 'status', status: 423 }, { kind: 'shop_locked' }],
  [{ kind: 'token-revoked' }, { kind: 'unauthorized' }],
] as const)('%j is %j', async (fault, answer) => {
  const { read } = await givenAda()
  sandbox.shopify.faults.cause(fault)
  expect(await read()).toEqual(answer)
})

test('an expired token is renewed, and one that cannot be renewed is distinguished from a Shopify that does not answer', async () => {
  const { read } = await givenAda()
  skip(2 * 60 * 60_000)
  expect(await read()).toMatchObject({ kind: 'answered' })
  skip(2 * 60 * 60_000)
  sandbox.shopify.faults.cause({ kind: 'refresh-refused', status: 520, times: 1 })
  expect(await read()).toEqual({ kind: 'unavailable' })
  sandbox.shopify.faults.cause({ kind: 'client-refused', times: 1 })
  expect(await read()).toEqual({ kind: 'app_refused' })
  sandbox.shopify.faults.cause({ kind: 'refresh-refused' })
  expect(await read()).toEqual({ kind: 'unauthorized' })
})

test.each([
  [{ kind: 'reset', when: 'before', door: 'token' }, { kind: 'unavailable' }],
  [{ kind: 'reset', when: 'after', door: 'token' }, { kind: 'unavailable' }],
  [{ kind: 'status', status: 403, html: true, door: 'token' }, { kind: 'unavailable' }],
  [{ kind: 'status', status: 408, door: 'token' }, { kind: 'unavailable' }],
  [{ kind: 'status', status: 404, html: true, door: 'token' }, { kind: 'shop_not_found' }],
] as const)('a renewal that is answered by %j is %j, not a dead token', async (fault, answer) => {
  const { read } = await givenAda()
  skip(2 * 60 * 60_000)
  sandbox.shopify.faults.cause({ ...fault, times: 1 })
  expect(await read()).toEqual(answer)
  expect(await read()).toMatchObject({ kind: 'answered' })
})

test('a turn is seen to wait also while a token is renewed', async () => {
  const { read } = await givenAda()
  skip(2 * 60 * 60_000)
  const awaited: Promise<unknown>[] = []
  answerAwaited.hear((answer) => awaited.push(answer))
  sandbox.shopify.faults.cause({ kind: 'slow', delayMs: 300, door: 'token', times: 1 })
  const ended = read()
  expect(awaited).toHaveLength(1)
  expect(await awaited[0]).toMatchObject({ kind: 'answered' })
  await ended
})

test('a shop without a token is asked nothing', async () => {
  const { domain, read } = await givenAda()
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [domain])
  const asked = sandbox.shopify.log.all().length
  expect(await read()).toEqual({ kind: 'unauthorized' })
  expect(sandbox.shopify.log.all()).toHaveLength(asked)
})

test('a token that Shopify refuses is renewed at once, however long its row says it is good for', async () => {
  const { domain, read } = await givenAda()
  sandbox.shopify.faults.cause({ kind: 'token-revoked', times: 1 })
  expect(await read()).toMatchObject({ kind: 'answered' })
  sandbox.shopify.faults.cause({ kind: 'token-revoked', times: 1 })
  sandbox.shopify.faults.cause({ kind: 'refresh-refused' })
  expect(await read()).toEqual({ kind: 'unauthorized' })
  sandbox.shopify.faults.clear()
  await reopenApp(sandbox, { domain })
  expect(await read()).toMatchObject({ kind: 'answered' })
})

test('a token that was stored without an expiry is renewed when the app is opened, and when it is refused', async () => {
  const { domain, read } = await givenAda()
  const forgetEnd = () => rowsIn(sandbox.databaseUrl, 'update "Session" set expires = null where shop = $1', [domain])
  await forgetEnd()
  skip(2 * 60 * 60_000)
  sandbox.shopify.faults.cause({ kind: 'refresh-refused' })
  expect(await read()).toEqual({ kind: 'unauthorized' })
  await reopenApp(sandbox, { domain })
  expect(await read()).toMatchObject({ kind: 'answered' })
  sandbox.shopify.faults.clear()
  await forgetEnd()
  skip(2 * 60 * 60_000)
  sandbox.shopify.faults.cause({ kind: 'token-without-end', times: 1 })
  expect(await read()).toMatchObject({ kind: 'answered' })
  skip(2 * 60 * 60_000)
  expect(await read()).toMatchObject({ kind: 'answered' })
})

test('a visit brings a new token though the stored one looks good', async () => {
  const { domain, shop, read } = await givenAda()
  skip(5 * 60_000)
  shop.tokens.revokeAll() // the refresh token too: only a visit reconnects the shop
  await reopenApp(sandbox, { domain })
  expect(await read()).toMatchObject({ kind: 'answered' })
})

test('429 holds back every call to the shop until Shopify’s time has come, and no call to another', async () => {
  const [ada, other] = [await givenAda(), await givenAda()]
  sandbox.shopify.faults.cause({ kind: 'too-many-requests', retryAfterSeconds: 30, times: 1 })
  expect(await ada.read()).toEqual({ kind: 'throttled', retryAfterMs: 30_000 })
  const asked = sandbox.shopify.log.all().length
  skip(20_000)
  expect(await countCustomers(ada.domain, null)).toMatchObject({ kind: 'throttled' })
  expect(sandbox.shopify.log.all()).toHaveLength(asked)
  expect(await other.read()).toMatchObject({ kind: 'answered' })
  skip(11_000)
  expect(await ada.read()).toMatchObject({ kind: 'answered' })
})

test.each([
  'Customer.firstName',
  'Customer.defaultAddress',
  'Customer.tags',
  'Customer.metafield',
  'CustomerPhoneNumber.phoneNumber',
])('a customer with withheld %s is not read, and does not count as deleted', async (field) => {
  const { domain, id, shop } = await givenAda()
  shop.customers.update(id, { phone: '+493012345678' })
  const ids = [id, customerNumber.parse(1)]
  sandbox.shopify.faults.cause({ kind: 'field-denied', fields: [field] })
  const words =
    field === 'Customer.metafield' ? 'loyalty.points, loyalty.tier' : expect.stringContaining(field.split('.')[1]!)
  expect(await readCustomers(domain, ids, asked)).toMatchObject({
    kind: 'answered',
    data: [{ unreadable: 'withheld', words }, null],
  })
})

test('without the scope nothing of any customer is read, and none counts as deleted', async () => {
  const { shop, read } = await givenAda()
  shop.setScopes([])
  skip(2 * 60 * 60_000) // the next token has no scope
  expect(await read()).toMatchObject({ kind: 'access_denied' })
})

test.each(Object.keys(oddShapes) as OddShape[])('a record that is %s affects one customer only', async (how) => {
  const { domain, id, shop } = await givenAda()
  const bea = customerNumber.parse(shop.customers.create({ email: 'bea@example.com' }).id)
  sandbox.shopify.faults.cause({ kind: 'odd-record', customer: id, how })
  const answer = await readCustomers(domain, [id, bea], asked)
  const readable = ['huge-number', 'unknown-enum', 'nul', 'half-pair'].includes(how)
  expect(answer).toMatchObject({
    kind: 'answered',
    data: [readable ? { id } : { unreadable: 'odd' }, { email: 'bea@example.com' }],
  })
  expect(JSON.stringify(answer)).not.toMatch(/\\u0000|\\ud83d/)
})

test('an answer in another shape than asked for is a surprise, and its words quote nothing of the answer', async () => {
  const { domain } = await givenAda()
  const asking = askAdmin(domain, 'query { shop { name } }', {
    parse: z.object({ shop: z.object({ name: z.number() }) }),
  })
  await expect(asking).rejects.toThrow(/^The Admin API answered in another shape than asked for$/)
})

test('a document of ours that Shopify refuses is a surprise too', async () => {
  const { domain } = await givenAda()
  await expect(askAdmin(domain, 'query { shop { nonsense } }', { parse: z.object({}) })).rejects.toThrow(
    'refused a document of ours',
  )
})

test('an unknown operation is lost; one that cannot be started says why', async () => {
  const { domain, shop } = await givenAda()
  expect(await findBulkOperation(domain, 'gid://shopify/BulkOperation/1')).toMatchObject({
    data: { kind: 'lost', words: 'unknown' },
  })
  expect(await startBulkCustomers(domain, asked, null)).toMatchObject({ data: { kind: 'started' } })
  await shop.bulk.finished(shop.bulk.all()[0]!.id)
  shop.bulk.durationMs = 60_000
  for (let i = 0; i < 5; i++) shop.bulk.start('{}', { count: 0, lines: () => [] })
  expect(await startBulkCustomers(domain, asked, null)).toMatchObject({ data: { kind: 'busy' } })
})
