import { expect, test } from 'vitest'
import { useAdmin } from './support/admin.ts'
import { anHourPasses, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

test('a full sync is tried without sending, an example is compared, and the full sync is started', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  await anHourPasses(lockstep, shop)
  shop.shop.webhooks.automatic = false
  shop.shop.customers.create({ email: 'new@example.com', firstName: 'Nova' })
  const account = lockstep.klaviyo.account(shop.accountId)
  const opened = await admin.open(shop, '/app', { width: 1280, height: 1100 })
  const { app } = opened
  await app.getByRole('link', { name: 'Try without sending' }).click()
  await app.getByRole('button', { name: 'Try a full sync' }).click()
  await app.getByRole('heading', { name: 'Examples' }).waitFor()
  await app.getByText('New profile').waitFor()
  expect(account.profileByEmail('new@example.com')).toBeUndefined()

  await app.getByRole('button', { name: 'Compare' }).first().click()
  await app.getByText('Klaviyo has no profile of this customer.').waitFor()
  await leavePicture(opened, 'dry-run')
  await app.getByRole('button', { name: 'Start full sync' }).click()
  await expect.poll(() => account.profileByEmail('new@example.com')?.attributes.first_name).toBe('Nova')
})

test('a draft is tried instead of saved, and saved from the page of the dry run', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const { app } = await admin.open(shop, '/app/settings/klaviyo')
  await app.getByText('Leave them alone').click()
  await app.getByRole('button', { name: 'Try without sending' }).click()
  await app.getByRole('heading', { name: 'If the Klaviyo destination was saved' }).waitFor()
  await app.getByRole('button', { name: 'Save' }).click()
  await app.getByText('Done:').waitFor()
})
