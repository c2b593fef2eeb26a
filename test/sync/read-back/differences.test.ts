import { expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { redactCustomer } from '#app/sync/privacy/privacy-webhooks.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { A_DAY_MS, givenSentShop } from './given-read-back.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

test('profiles that Klaviyo has as they were sent are found so without asking Shopify, and none is sent', async () => {
  const given = await givenSentShop(sandbox, 230)
  const calls = callsSince(sandbox, given.accountId)
  const asked = sandbox.shopify.log.all().length
  expect(await given.readAll()).toMatchObject({
    ...{
      trigger: 'by_hand',
      scope: 'all',
      end: 'finished',
      compared: 230,
      asSent: 230,
      repaired: 0,
      skipped: 0,
      fields: [],
    },
  })
  // One more where the circle is closed within a page.
  expect(calls('get_profiles').length).toBeLessThanOrEqual(4)
  expect(calls()).toEqual(calls('get_profiles'))
  expect(sandbox.shopify.log.all()).toHaveLength(asked)
})

test('every planted difference is found, named and repaired: changed values, removed ones, deleted and merged profiles', async () => {
  const given = await givenSentShop(sandbox, 120)
  const { account, ids, profileOf } = given
  const [changed, removed, renamed, deleted, merged, into, emptied] = ids()
  const idOf = async (customer: string | undefined) => (await profileOf(customer!))!.id
  account().writeProfile(await idOf(changed), { properties: { loyalty_points: 9_999 } })
  account().writeProfile(await idOf(removed), {}, ['loyalty_tier'])
  account().writeProfile(await idOf(renamed), { first_name: 'Eve', properties: { vip: true } })
  account().writeProfile(await idOf(emptied), { last_name: null })
  account().deleteProfile(await idOf(deleted))
  account().mergeProfiles(await idOf(merged), await idOf(into))

  const found = await given.readAll()
  expect(found).toMatchObject({ end: 'finished', compared: 120, asSent: 114, repaired: 6, skipped: 0 })
  const byName = Object.fromEntries(found.fields.map(({ name, examples }) => [name, [...examples].sort()]))
  expect(byName).toEqual({
    loyalty_points: [changed],
    loyalty_tier: [removed],
    first_name: [renamed],
    last_name: [emptied],
    null: [deleted, merged].sort(),
  })
  expect((await profileOf(changed!))?.attributes.properties).toMatchObject({ loyalty_points: 250 })
  expect((await profileOf(removed!))?.attributes.properties).toMatchObject({ loyalty_tier: 'Gold' })
  expect((await profileOf(renamed!))?.attributes).toMatchObject({ first_name: 'Ada 2', properties: { vip: true } })
  expect((await profileOf(emptied!))?.attributes.last_name).toBe('Old')
  expect((await profileOf(deleted!))?.attributes.email).toBe('c3@example.com')
  expect((await profileOf(merged!))?.attributes.email).toBe('c4@example.com')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 120 })

  given.settle()
  expect(await given.readAll()).toMatchObject({ compared: 120, asSent: 120, repaired: 0, fields: [] })
})

test('fields that Lockstep never sent belong to others: they are no difference', async () => {
  const given = await givenSentShop(sandbox, 3)
  for (const id of given.ids())
    given.account().writeProfile((await given.profileOf(id))!.id, { title: 'Dr', properties: { score: 7 } })
  expect(await given.readAll()).toMatchObject({ compared: 3, asSent: 3, fields: [] })
})

test('a customer that changed since is not compared, and is sent by its own change', async () => {
  const given = await givenSentShop(sandbox, 3)
  const [first] = given.ids()
  given.shop.customers.update(first!, { firstName: 'New' })
  given.account().writeProfile((await given.profileOf(first!))!.id, { first_name: 'Eve' })
  expect(await given.readAll()).toMatchObject({ compared: 2, asSent: 2, skipped: 1, repaired: 0, fields: [] })
})

test('a customer who is erased before the repair stays erased, and nothing is kept of them', async () => {
  const given = await givenSentShop(sandbox, 3)
  const [first] = given.ids()
  given.account().writeProfile((await given.profileOf(first!))!.id, { first_name: 'Eve' })
  expect(await given.readAll()).toMatchObject({ repaired: 1, fields: [{ examples: [first] }] })
  await redactCustomer(
    given.domain,
    { customerId: customerNumber.parse(first), email: 'c0@example.com', phone: null },
    clock(),
  )
  given.shop.customers.remove(first!)
  await syncToRest(given.domain)
  expect(await given.rows('select * from profile_repair where shop = $1')).toEqual([])
  expect(await given.rows('select examples from read_back_field where shop = $1')).toEqual([{ examples: [] }])
  given.settle()
  expect(await given.readAll()).toMatchObject({ compared: 2, asSent: 2 })
})

test('a property that another integration writes every minute is repaired once, named, and then left alone', async () => {
  const given = await givenSentShop(sandbox, 5, { nightly: true })
  const rewrite = async () => {
    for (const id of given.ids())
      given.account().writeProfile((await given.profileOf(id))!.id, { properties: { loyalty_tier: 'Theirs' } })
  }
  await rewrite()
  expect(await given.readAll()).toMatchObject({
    asSent: 0,
    repaired: 5,
    fields: [{ name: 'loyalty_tier', contested: false }],
  })
  const pushes = callsSince(sandbox, given.accountId)
  for (let night = 1; night <= 4; night++) {
    await rewrite()
    skip(A_DAY_MS)
    await syncToRest(given.domain)
    const { ended } = await given.readBacks()
    expect(ended[0]).toMatchObject({
      ...{ trigger: 'nightly', compared: 5, asSent: 0, repaired: 0 },
      fields: [{ name: 'loyalty_tier', customers: 5, repaired: 0, contested: true }],
    })
  }
  expect(pushes('create_or_update_profile')).toEqual([])

  // Another field of the same profile is repaired all the same.
  const [first] = given.ids()
  given.account().writeProfile((await given.profileOf(first!))!.id, { first_name: 'Eve' })
  expect(await given.readAll()).toMatchObject({ repaired: 1 })
  expect((await given.profileOf(first!))?.attributes.first_name).toBe('Ada 0')

  // Once the other integration no longer writes it, differences are repaired again.
  await rewrite()
  const quiet = given.ids()
  for (const id of quiet)
    given.account().writeProfile((await given.profileOf(id))!.id, { properties: { loyalty_tier: 'Gold' } })
  skip(A_DAY_MS)
  await syncToRest(given.domain)
  expect((await given.readBacks()).ended[0]).toMatchObject({ asSent: 5, fields: [] })
})

test('a profile that is deleted again is created again, once a night at most', async () => {
  const given = await givenSentShop(sandbox, 2)
  const [first] = given.ids()
  const remove = async () => given.account().deleteProfile((await given.profileOf(first!))!.id)
  await remove()
  expect(await given.readAll()).toMatchObject({ repaired: 1, fields: [{ name: null, customers: 1 }] })
  await remove()
  given.settle()
  expect(await given.readAll()).toMatchObject({ asSent: 1, repaired: 0, fields: [{ name: null, customers: 1 }] })
  skip(A_DAY_MS)
  expect(await given.readAll()).toMatchObject({ asSent: 1, repaired: 1 })
  await expectLaw(sandbox, given)
})
