import { expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { parseCountedLine } from '#app/shopify/parse-counted.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { readNames } from '#app/sync/report/read-names.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { chooseAudience } from '#test/support/audience.ts'
import { clock } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { companiesBy, givenSegmentShop, inAnyOf } from '../memberships/given-audience.ts'

const sandbox = useSandbox()

test.each([
  ['memberships', 'SegmentMemberships', ['c0']],
  ['places in companies', 'CompanyPlaces', ['nodes', 0, 'companyContactProfiles']],
] as const)(
  'an odd answer about the %s of one customer delays no other, and that customer is sent later',
  async (_what, operation, path) => {
    const given = await givenSegmentShop(sandbox, { b2b: true })
    const acme = given.shop.companies.add({ name: 'Acme' })
    for (const { id } of [given.ada, given.ben]) given.shop.companies.addContact(acme.id, { customerId: id })
    const audience = operation === 'CompanyPlaces' ? companiesBy({}) : inAnyOf(given.vip)
    await chooseAudience(sandbox, given, audience)
    await syncToRest(given.domain)
    sandbox.shopify.faults.cause({ kind: 'odd-answer', operation, path, value: 'odd', times: 1 })
    const { customers } = given.shop
    await tell(
      given.domain,
      customers.update(given.ada.id, { firstName: 'New' }),
      customers.update(given.ben.id, { firstName: 'New' }),
    )
    await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
    const names = [given.firstName('ada@example.com'), given.firstName('ben@example.com')]
    expect(
      names.filter((name) => name === 'New'),
      'the other one went out at once',
    ).toHaveLength(1)
    await syncToRest(given.domain)
    expect([given.firstName('ada@example.com'), given.firstName('ben@example.com')]).toEqual(['New', 'New'])
    await expectLaw(sandbox, given)
  },
)

test('a customer with an unreadable name is listed by number, and the page is shown', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    for (const name of ['Ada', 'Ben']) shop.customers.create({ email: null, firstName: name })
  })
  sandbox.shopify.faults.cause({
    kind: 'odd-answer',
    operation: 'CustomerNamesByIds',
    path: ['nodes', 0, 'displayName'],
    value: 17,
  })
  const { customers } = await listUnsyncedCustomers(given.domain, { reason: 'no_email', limit: 10 })
  const ids = customers.map(({ customerId }) => customerNumber.parse(customerId))
  const read = await readNames(given.domain, ids)
  expect(ids).toHaveLength(2)
  expect(read.kind === 'names' && Object.values(read.names).length).toBe(1)
})

test('a line that cannot be parsed counts as a customer that matches no rules', () => {
  for (const line of ['{"id":"gid://shopify/Cust', '[]', 'null', '{"id":"gid://shopify/Customer/1"}']) {
    expect(parseCountedLine(line)).toBeNull()
  }
})
