import { expect, test } from 'vitest'
import { searchForCustomers } from '#app/sync/report/search-customers.ts'
import { givenConnectedShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()

const givenPeople = () =>
  givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', phone: '+493012345678' })
    shop.customers.create({ firstName: 'Ben', lastName: "O'Brien" })
    shop.customers.create({ firstName: '山田', lastName: '太郎', email: 'yamada@@example' })
  })
const found = async ({ domain }: InstalledShop, text: string) => {
  const result = await searchForCustomers(domain, text)
  return result.kind === 'found' ? result.customers.map(({ name }) => name) : result.kind
}

test('a customer is found by name, the beginning of a name, address, phone and number, with its state', async () => {
  const given = await givenPeople()
  const [ada] = given.shop.customers.ascending()
  for (const text of [
    'Ada',
    'love',
    'lovelace ada',
    'ada@exam',
    'ADA@example.com',
    '+49 30 12345678',
    '4930123',
    `${ada!.id}`,
  ])
    expect([text, await found(given, text)]).toEqual([text, ['Ada Lovelace']])
  expect(await found(given, "o'brien")).toEqual(["Ben O'Brien"])
  expect(await found(given, '山田')).toHaveLength(1)
  const result = await searchForCustomers(given.domain, 'a')
  expect(result).toMatchObject({ kind: 'found', more: false })
  const states = result.kind === 'found' ? result.customers.map(({ name, state, code }) => [name, state, code]) : []
  expect(states).toEqual([['Ada Lovelace', 'in_sync', null]])
})

test('a customer that Lockstep has not read yet shows so', async () => {
  const given = await givenPeople()
  given.shop.customers.create({ firstName: 'Zoe', email: 'zoe@example.com' })
  expect(await searchForCustomers(given.domain, 'zoe')).toMatchObject({
    customers: [{ name: 'Zoe', state: 'unread', since: null }],
  })
})

test.each([
  `'; drop table profile; --`,
  '<img src=x onerror=alert(1)>',
  '" OR id:>0',
  'email:*',
  'tag:vip OR state:ENABLED',
  '😀😀',
  '\u0000\u0001',
  '*',
  'NOT',
  '()',
  '\\',
])('%j finds nobody, and breaks nothing', async (text) => {
  const given = await givenPeople()
  expect(['empty', []]).toContainEqual(await found(given, text))
})

test('ten thousand characters are not asked of Shopify', async () => {
  const given = await givenPeople()
  const asked = sandbox.shopify.log.all().length
  expect(await found(given, 'x'.repeat(10_000))).toBe('too_long')
  expect(await found(given, '   ')).toBe('empty')
  expect(sandbox.shopify.log.all()).toHaveLength(asked)
})

test('a customer that Shopify no longer has is found by the number, as long as Lockstep knows it', async () => {
  const given = await givenPeople()
  const [ada] = given.shop.customers.ascending()
  given.shop.customers.remove(ada!.id)
  expect(await searchForCustomers(given.domain, ada!.id)).toMatchObject({
    kind: 'found',
    customers: [{ customerId: ada!.id, name: null, state: 'in_sync' }],
  })
  expect(await found(given, '999999')).toEqual([])
})

test('while Shopify throttles or hangs, the answer comes all the same, with what is known by number', async () => {
  const given = await givenPeople()
  const [ada] = given.shop.customers.ascending()
  sandbox.shopify.faults.cause({ kind: 'throttled', times: 2 })
  expect(await searchForCustomers(given.domain, 'ada')).toEqual({ kind: 'unavailable', customers: [] })
  expect(await searchForCustomers(given.domain, ada!.id)).toMatchObject({
    kind: 'unavailable',
    customers: [{ customerId: ada!.id, state: 'in_sync' }],
  })
  sandbox.shopify.faults.clear()
  sandbox.shopify.faults.cause({ kind: 'slow', delayMs: 5_000 })
  const startedAt = performance.now()
  expect(await searchForCustomers(given.domain, 'ada')).toMatchObject({ kind: 'unavailable' })
  expect(performance.now() - startedAt).toBeLessThan(4_500)
})

test('nothing of another shop is found', async () => {
  const given = await givenPeople()
  const other = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ firstName: 'Eve' }))
  const [eve] = other.shop.customers.ascending()
  const own = given.shop.customers.ascending().some(({ id }) => id === eve!.id)
  if (!own) expect(await found(given, eve!.id)).toEqual([])
  expect(await found(given, 'Eve')).toEqual([])
})
