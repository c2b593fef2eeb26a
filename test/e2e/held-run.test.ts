import { expect, test } from 'vitest'
import { useAdmin } from './support/admin.ts'
import { type GivenShop, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const MANY = 120

/** A merchant whose mapping no longer has the tags that all customers have. */
async function givenSlip(): Promise<GivenShop & Awaited<ReturnType<typeof admin.open>>> {
  const shop = await givenSyncedShop(lockstep, {
    customers: ({ customers }) => customers.createMany(MANY, (i) => ({ email: `c${i}@example.com`, tags: ['vip'] })),
  })
  const opened = await admin.open(shop, '/app/settings/mapping')
  const { app, page } = opened
  await app.getByRole('checkbox', { name: 'Tags' }).uncheck()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' })
  return { ...shop, ...opened }
}

test('a slip in the mapping is shown on the card before it is sent, and sent after a yes', async () => {
  const given = await givenSlip()
  const tagged = () =>
    [...lockstep.klaviyo.account(given.accountId).profiles()].filter(
      ({ attributes }) => 'shopify_tags' in attributes.properties,
    ).length
  const { app } = await admin.open(given)
  await app.getByText('This run would change 120 of 120 profiles').waitFor()
  await app.getByText('Waiting for you', { exact: true }).waitFor()
  expect(tagged()).toBe(MANY)
  await app.getByRole('button', { name: 'Let the run go on' }).click()
  await expect.poll(tagged, { timeout: 20_000 }).toBe(0)
})

test('a held run is cancelled from its own page, and the profiles stay as they are', async () => {
  const { app } = await admin.open(await givenSlip(), '/app/activity')
  await app.getByText('Waiting for your yes').first().waitFor()
  await app.getByRole('link', { name: 'Check of all customers' }).first().click()
  await app.getByRole('button', { name: 'Let the run go on' }).waitFor()
  await app.getByRole('button', { name: 'Cancel the check of all customers' }).click()
  await app.getByText('The profiles stay as they are').waitFor()
  await app.getByRole('button', { name: 'Cancel run' }).click()
  await app.getByText('Cancelled', { exact: true }).first().waitFor()
})
