import { expect, test } from 'vitest'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()

const page = { after: null, limit: 10 } as const

test('customers that are not in sync are listed by reason, with name and address as Shopify has them now', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ firstName: 'Ada', lastName: 'Lovelace', phone: '+493012345678' })
    shop.customers.create({ firstName: 'Ben', email: 'ben@@example' })
    shop.customers.create({ firstName: 'Cy', email: 'cy@example.com' })
  })
  const [ada, ben] = given.shop.customers.ascending()
  given.shop.customers.update(ada!.id, { lastName: 'Byron' })

  expect(await listUnsyncedCustomers(given.domain, { ...page, reason: 'no_email' })).toEqual({
    customers: [
      {
        customerId: ada!.id,
        name: 'Ada Byron',
        email: null,
        code: 'no_email',
        words: null,
        conflict: null,
        omitted: [],
        since: expect.any(String),
      },
    ],
    next: null,
    filled: true,
    liveReadFailed: false,
  })
  expect(await listUnsyncedCustomers(given.domain, { ...page, reason: 'invalid_email' })).toMatchObject({
    customers: [{ customerId: ben!.id, name: 'Ben', email: 'ben@@example', code: 'invalid_email' }],
  })
  expect((await listUnsyncedCustomers(given.domain, { ...page, reason: 'other' })).customers).toEqual([])
})

test('a long list is paged, and no customer is missing', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(25, () => ({ phone: '+493012345678' })),
  )
  const seen: string[] = []
  let after: string | null = null
  do {
    const { customers, next } = await listUnsyncedCustomers(given.domain, { reason: 'no_email', after, limit: 10 })
    seen.push(...customers.map(({ customerId }) => customerId))
    after = next
  } while (after)
  expect(seen).toEqual(given.shop.customers.ascending().map(({ id }) => id))
})

test('an invalid cursor shows the first page', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.createMany(2, () => ({})))
  const after = "1' or 1=1"
  expect((await listUnsyncedCustomers(given.domain, { reason: 'no_email', after, limit: 1 })).customers).toHaveLength(1)
})

test('while Shopify does not answer the list is shown without names, and says so', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.createMany(1, () => ({ firstName: 'Ada' })))
  sandbox.shopify.faults.cause({ kind: 'status', status: 503 })
  expect(await listUnsyncedCustomers(given.domain, { ...page, reason: 'no_email' })).toMatchObject({
    customers: [{ name: null, email: null, code: 'no_email' }],
    liveReadFailed: true,
  })
  sandbox.shopify.faults.clear()
  await rowsIn(sandbox.databaseUrl, 'delete from "Session" where shop = $1', [given.domain])
  expect(await listUnsyncedCustomers(given.domain, { ...page, reason: 'no_email' })).toMatchObject({
    liveReadFailed: true,
  })
})
