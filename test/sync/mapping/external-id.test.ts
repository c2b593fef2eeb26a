import { expect, test } from 'vitest'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { ask, profileBody } from '#test/sandbox/klaviyo/given-klaviyo.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { givenAda, saveMapped } from './given-mapped-shop.ts'

const sandbox = useSandbox()

const sent = { attributes: { ...defaultMapping.attributes, external_id: true } }

test('the external id is written once it is switched on, and cleared when it is switched off again', async () => {
  const given = await givenAda(sandbox)
  expect(given.attributes().external_id).toBeNull()
  await saveMapped(given, sent)
  await syncToRest(given.domain)
  expect(given.attributes().external_id).toBe(given.ada.id)
  await expectLaw(sandbox, given)

  await saveMapped(given, {})
  await syncToRest(given.domain)
  expect(given.attributes().external_id).toBeNull()
  await expectLaw(sandbox, given)
})

test('an external id that another integration wrote is not changed while the field is switched off', async () => {
  const given = await givenAda(sandbox)
  const theirs = { email: 'ada@example.com', external_id: 'crm-7' }
  const { id } = sandbox.klaviyo.account(given.accountId).profileByEmail(theirs.email)!
  await ask(sandbox.klaviyo, `PATCH /api/profiles/${id}`, profileBody(theirs, { id }), { key: given.key })
  await saveMapped(given, { values: [] })
  await syncToRest(given.domain)

  expect(given.attributes().external_id).toBe('crm-7')
  await expectLaw(sandbox, given)
})

test('an external id that belongs to another profile is left out, and the customer is synced without it', async () => {
  const given = await givenAda(sandbox)
  const theirs = { email: 'else@example.com', external_id: given.ada.id }
  await ask(sandbox.klaviyo, 'POST /api/profiles', profileBody(theirs), { key: given.key })
  const other = sandbox.klaviyo.account(given.accountId).profileByEmail('else@example.com')!.id
  await saveMapped(given, sent)
  await syncToRest(given.domain)

  const { customers } = await listUnsyncedCustomers(given.domain, { reason: 'omitted', after: null, limit: 10 })
  expect(customers).toMatchObject([{ omitted: [{ field: 'external_id', reason: 'taken' }], conflict: { other } }])
  expect(given.attributes().external_id).toBeNull()
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })

  await saveMapped(given, {})
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test('of many customers in an import, only those whose external id belongs to another profile are sent without it', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` })),
  )
  const [first] = given.shop.customers.ascending()
  const theirs = { email: 'else@example.com', external_id: first!.id }
  await ask(sandbox.klaviyo, 'POST /api/profiles', profileBody(theirs), { key: given.key })
  await saveMapped(given, sent)
  await syncToRest(given.domain)

  const account = sandbox.klaviyo.account(given.accountId)
  expect(account.profileByEmail('c1@example.com')?.attributes.external_id).toBe(given.shop.customers.ascending()[1]!.id)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
  expect(account.profileByEmail('c0@example.com')?.attributes.external_id).toBeNull()
})
