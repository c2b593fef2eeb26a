import { expect, test } from 'vitest'
import { z } from 'zod'
import { customerNumber } from '#app/core/ids.ts'
import { defaultMapping, metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { askAdmin } from '#app/shopify/ask-admin.ts'
import { findBulkOperation, startBulkCustomers } from '#app/shopify/bulk-operations.ts'
import { countCustomers, readCustomerNames, readCustomers } from '#app/shopify/read-customers.ts'
import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { skip } from '#test/support/clock.ts'
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

test('customers come in the order they were asked for, with null for one who is gone', async () => {
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
  [{ kind: 'status', status: 402 }, { kind: 'unauthorized' }],
  [{ kind: 'status', status: 404 }, { kind: 'unauthorized' }],
  [{ kind: 'status', status: 423 }, { kind: 'unauthorized' }],
  [{ kind: 'token-revoked' }, { kind: 'unauthorized' }],
] as const)('%j is %j', async (fault, answer) => {
  const { read } = await givenAda()
  // The library tries some of them again by itself.
  sandbox.shopify.faults.cause(fault)
  expect(await read()).toEqual(answer)
})

test('a token that has run out is made anew, and one that cannot be is told apart from a Shopify that is away', async () => {
  const { read } = await givenAda()
  skip(2 * 60 * 60_000)
  expect(await read()).toMatchObject({ kind: 'answered' })
  skip(2 * 60 * 60_000)
  sandbox.shopify.faults.cause({ kind: 'refresh-refused' })
  expect(await read()).toEqual({ kind: 'unauthorized' })
})

test('a shop without a token is asked nothing', async () => {
  const { domain, read } = await givenAda()
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [domain])
  const asked = sandbox.shopify.log.all().length
  expect(await read()).toEqual({ kind: 'unauthorized' })
  expect(sandbox.shopify.log.all()).toHaveLength(asked)
})

test('a field that the app may not see counts as empty; a customer whom such a field takes with it is not gone', async () => {
  const { domain, id } = await givenAda()
  const ids = [id, customerNumber.parse(1)]
  sandbox.shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.firstName'] })
  expect(await readCustomers(domain, ids, asked)).toMatchObject({
    kind: 'answered',
    data: [{ firstName: null, email: 'ada@example.com' }, null],
  })
  sandbox.shopify.faults.clear()
  sandbox.shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.tags'] })
  expect(await readCustomers(domain, ids, asked)).toMatchObject({ kind: 'answered', data: ['unreadable', null] })
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

test('an operation that nobody knows is lost; one that cannot be started says why', async () => {
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
