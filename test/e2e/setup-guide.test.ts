import { expect, test } from 'vitest'
import { loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { untilUpToDate } from './support/card.ts'
import { type GivenShop, givenShop, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const DESKTOP = { width: 1280, height: 900 }
const SMALL_PHONE = { width: 320, height: 640 }

test('who connects to choose first is led through the guide, creates nobody before Start, and all join the list', async () => {
  const shop = givenMembers()
  const opened = await admin.open(shop, '/app', DESKTOP)
  const { app } = opened
  await app.getByText('0 of 4 steps done').waitFor()
  await app.getByRole('link', { name: 'Connect in Settings' }).click()
  await app.getByLabel('Private API key').fill(shop.key)
  await app.getByRole('button', { name: 'Connect and choose first' }).click()

  await app.getByText('Found: Smile. Its values are not sent to Klaviyo yet.').waitFor()
  await app.getByText('No customer has been read yet.').waitFor()
  await app.getByText('Nothing is sent yet. The first sync starts when you press Start, or by itself at').waitFor()
  await app.getByRole('button', { name: 'Mark as done' }).click()

  await app.getByText('All 30 customers are synced. 1 of them has no valid email and stays in Shopify.').waitFor()
  await app.getByText('Adds about 29 new profiles to Klaviyo.').waitFor()
  await app.getByLabel('Add new profiles to').selectOption('Newcomers')
  await opened.page.locator('.toast', { hasText: 'Saved' }).waitFor()
  await leavePicture(opened, 'setup-guide')
  await app.getByRole('button', { name: 'Mark as done' }).click()
  await app.getByText('3 of 4 steps done').waitFor()
  expect(profilesOf(shop)).toBe(0)

  await app.getByRole('button', { name: 'Start', exact: true }).click()
  await app.getByText('4 of 4 steps done').waitFor()
  await untilUpToDate(app)
  expect(profilesOf(shop)).toBe(29)
  await expect.poll(() => membersOf(shop)).toBe(29)
  await app.getByText('after connecting').waitFor()
})

test('what is done and hidden is remembered for the shop, and the guide can be shown again', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 3 })
  const opened = await admin.open(shop, '/app', SMALL_PHONE)
  const { app } = opened
  await app.getByText('2 of 4 steps done').waitFor()
  await app.getByText('No loyalty app was found').waitFor()
  await app.getByRole('button', { name: 'Mark as done' }).click()
  await app.getByText('3 of 4 steps done').waitFor()
  expect(await widthOf(opened)).toBe(SMALL_PHONE.width)
  await leavePicture(opened, 'setup-guide-phone')
  await opened.visit('/app')
  await app.getByText('3 of 4 steps done').waitFor()
  await app.getByRole('button', { name: 'Hide guide' }).click()
  await app.getByRole('heading', { name: 'Setup guide' }).waitFor({ state: 'detached' })

  const later = await admin.open(shop)
  await later.app.getByRole('button', { name: 'Show setup guide' }).click()
  await later.app.getByText('3 of 4 steps done').waitFor()
})

test('one press connects and syncs at once, as before', async () => {
  const shop = givenMembers()
  const { app } = await admin.open(shop, '/app/settings')
  await app.getByLabel('Private API key').fill(shop.key)
  await app.getByLabel('Private API key').press('Enter')
  await app.getByRole('link', { name: 'View sync status' }).click()
  await untilUpToDate(app)
  expect(profilesOf(shop)).toBe(29)
})

test('when the app is removed while a page is open, the page says what to do', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 2 })
  const { app, page } = await admin.open(shop)
  await app.getByText('Up to date').waitFor()
  admin.expectComplaints(/40\d|410|Failed to load|Unauthorized|ErrorResponse/)
  // The page’s token is refused from now on.
  const refused = { authorization: 'Bearer nonsense' }
  await page.route('**/app.data*', (route, request) =>
    route.continue({ headers: { ...request.headers(), ...refused } }),
  )
  await app.getByText('This page is no longer signed in').waitFor()
  await app.getByText('Open Lockstep again from Apps in the Shopify admin.').waitFor()
})

function givenMembers(): GivenShop {
  const shop = givenShop(lockstep, {
    customers: ({ customers }) => {
      customers.createMany(29, (i) => ({ email: `c${i}@example.com`, firstName: `C${i}` }))
      customers.create({ firstName: 'Without' })
    },
  })
  loyaltyApps.smile.install(shop.shop)
  for (const { id } of shop.shop.customers.ascending())
    loyaltyApps.smile.write(shop.shop, id, { points: 5, tier: 'Gold' })
  lockstep.klaviyo.account(shop.accountId).addList('Newcomers', 'single_opt_in')
  return shop
}

function profilesOf({ accountId }: GivenShop): number {
  return lockstep.klaviyo.account(accountId).size
}

function membersOf({ accountId }: GivenShop): number {
  const [list] = lockstep.klaviyo.account(accountId).lists
  return list?.members.size ?? 0
}

async function widthOf({ page }: AdminPage): Promise<unknown> {
  return page.frame('app')?.evaluate('document.documentElement.scrollWidth')
}
