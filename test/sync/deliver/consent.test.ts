import { expect, test } from 'vitest'
import { ask } from '#test/sandbox/klaviyo/given-klaviyo.ts'
import type { OperationName } from '#test/sandbox/klaviyo/operations.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { callsSince } from '#test/support/calls.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox()

/** Every operation that Lockstep uses in Klaviyo. It must not use any other. */
const allowed: ReadonlySet<OperationName | null> = new Set([
  'get_accounts',
  'get_profiles',
  'get_lists',
  'create_or_update_profile',
  'bulk_import_profiles',
  'get_bulk_import_profiles_job',
  'get_bulk_import_profiles_jobs',
  'get_errors_for_bulk_import_profiles_job',
  'get_profiles_for_bulk_import_profiles_job',
  'request_profile_deletion',
])

test('whatever consent a customer gives or withdraws in Shopify, no profile is subscribed or unsubscribed in Klaviyo', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    seedCustomers(shop, { count: 80, seed: 3, refused: true })
    shop.customers.create({ email: 'ada@example.com', phone: '+12025550143' })
  })
  const ada = given.shop.customers
    .ascending()
    .find((customer) => customer.defaultEmailAddress?.emailAddress === 'ada@example.com')!
  for (const state of ['SUBSCRIBED', 'UNSUBSCRIBED', 'SUBSCRIBED'] as const) {
    given.shop.customers.setConsent(ada.id, { email: state, sms: state })
    await tellUndated(given.domain, ada.id)
    await syncToRest(given.domain)
    const profile = sandbox.klaviyo.account(given.accountId).profileByEmail('ada@example.com')!
    expect(profile.attributes.properties).toMatchObject({ shopify_email_consent: state, shopify_sms_consent: state })
  }

  const { accountId } = given
  for (const { subscriptions } of sandbox.klaviyo.account(accountId).profiles()) {
    for (const channel of [subscriptions.email, subscriptions.sms, subscriptions.smsTransactional])
      expect(channel.consent).toBe('NEVER_SUBSCRIBED')
    expect(subscriptions.suppressions).toEqual([])
  }
  const operations = new Set(sandbox.klaviyo.log.entries.map(({ operation }) => operation))
  expect([...operations].filter((operation) => !allowed.has(operation))).toEqual([])
  expect(operations.size).toBeGreaterThan(4)
})

test('consent that was given in Klaviyo stays as it is, whatever is synced', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'ada@example.com' }))
  const marketing = { consent: 'SUBSCRIBED', consented_at: '2026-01-05T10:00:00+00:00' }
  const attributes = { email: 'ada@example.com', subscriptions: { email: { marketing } } }
  const job = { profiles: { data: [{ type: 'profile', attributes }] }, historical_import: true }
  const subscribed = await ask(
    sandbox.klaviyo,
    'POST /api/profile-subscription-bulk-create-jobs',
    { data: { type: 'profile-subscription-bulk-create-job', attributes: job } },
    { key: given.key },
  )
  expect(subscribed.status).toBe(202)

  const [ada] = given.shop.customers.all()
  given.shop.customers.setConsent(ada!.id, { email: 'UNSUBSCRIBED' })
  await tell(given.domain, given.shop.customers.update(ada!.id, { firstName: 'Ada' }))
  await syncToRest(given.domain)

  const profile = sandbox.klaviyo.account(given.accountId).profileByEmail('ada@example.com')!
  expect(profile.attributes.first_name).toBe('Ada')
  expect(profile.subscriptions.email.consent).toBe('SUBSCRIBED')
})

test('no shop’s customers ever reach another shop’s account, although their ids are the same', async () => {
  const [one, other] = [
    await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 5 })),
    await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 6 })),
  ]
  const [calls, othersCalls] = [callsSince(sandbox, one.accountId), callsSince(sandbox, other.accountId)]
  const changed = [...one.shop.customers.all()].map(({ id }) => one.shop.customers.update(id, { firstName: 'Own' }))
  await tell(one.domain, ...changed)
  await Promise.all([syncToRest(one.domain), syncToRest(other.domain)])

  expect(othersCalls()).toEqual([])
  expect(new Set(calls().map(({ key }) => key))).toEqual(new Set([one.key]))
  expect(
    [...sandbox.klaviyo.account(other.accountId).profiles()].filter(
      ({ attributes }) => attributes.first_name === 'Own',
    ),
  ).toEqual([])
  expect(await rowsIn(sandbox.databaseUrl, 'select * from dirty_customer where shop = $1', [other.domain])).toEqual([])
})
