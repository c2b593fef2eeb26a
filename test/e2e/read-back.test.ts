import { expect, test } from 'vitest'
import { rowsIn } from '../support/rows.ts'
import { useAdmin } from './support/admin.ts'
import { type GivenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const CUSTOMERS = 30

/** What was sent is compared only some minutes later. */
async function minutesPass({ domain }: GivenShop): Promise<void> {
  await rowsIn(
    lockstep.databaseUrl,
    `update profile set synced_at = synced_at - interval '10 minutes' where shop = $1`,
    [domain],
  )
}

async function givenSentShop(): Promise<GivenShop> {
  const shop = await givenSyncedShop(lockstep, {
    customers: ({ customers }) =>
      customers.createMany(CUSTOMERS, (i) => ({ email: `c${i}@example.com`, firstName: `Ada ${i}`, tier: 'Gold' })),
  })
  await minutesPass(shop)
  return shop
}

test('a press reads all profiles back; what differs is named, sent again, and leads to its customer', async () => {
  const shop = await givenSentShop()
  const account = lockstep.klaviyo.account(shop.accountId)
  const profile = account.profileByEmail('c3@example.com')!
  account.writeProfile(profile.id, { properties: { loyalty_tier: 'Theirs' } })
  const opened = await admin.open(shop, '/app/activity')
  const { app } = opened

  await app.getByText('No profiles have been read back yet.').waitFor()
  await app.getByRole('button', { name: `Check all ${CUSTOMERS} profiles now` }).click()
  await app.getByText(`${CUSTOMERS - 1} of ${CUSTOMERS} profiles as sent`).waitFor({ timeout: 20_000 })
  const differences = app.getByRole('region', { name: 'What was different' })
  expect(await differences.innerText()).toMatch(/loyalty_tier\s+different in 1 profile\s+1 profile was sent again\./)
  await untilAtRest(lockstep, shop)
  expect(account.profileById(profile.id)?.attributes.properties).toMatchObject({ loyalty_tier: 'Gold' })
  await leavePicture(opened, 'read-back')

  const customer = profile.attributes.properties.shopify_customer_id
  await differences.getByRole('link', { name: `Customer ${customer}` }).click()
  await app
    .getByRole('heading', { name: /Ada 3|c3@example.com/ })
    .first()
    .waitFor()
})

test('a field that something else keeps writing is named, and is not sent again', async () => {
  const shop = await givenSentShop()
  const account = lockstep.klaviyo.account(shop.accountId)
  const profile = account.profileByEmail('c3@example.com')!
  const { app } = await admin.open(shop, '/app/activity')
  const check = app.getByRole('button', { name: /^Check all/ })
  for (const words of ['1 profile was sent again.', 'Something else writes this field']) {
    account.writeProfile(profile.id, { properties: { loyalty_tier: 'Theirs' } })
    await check.click()
    await app.getByText(words).waitFor({ timeout: 20_000 })
    await untilAtRest(lockstep, shop)
    await minutesPass(shop)
  }
  expect(account.profileById(profile.id)?.attributes.properties).toMatchObject({ loyalty_tier: 'Theirs' })
})

test('while Klaviyo asks for a pause the page says so, and the read-back can be stopped', async () => {
  const shop = await givenSentShop()
  lockstep.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 60, operations: ['get_profiles'] })
  const { app } = await admin.open(shop, '/app/activity')
  await app.getByRole('button', { name: /^Check all/ }).click()
  await app.getByText('Klaviyo asked for a pause').waitFor({ timeout: 20_000 })
  expect(await app.getByRole('progressbar', { name: 'All profiles' }).count()).toBe(1)
  await app.getByRole('button', { name: 'Stop reading back' }).click()
  await app.getByText('Stopped by a member of staff').waitFor()
  await app.getByRole('button', { name: /^Check all/ }).waitFor()
})
