import { expect, test } from 'vitest'
import { PHONE, useAdmin } from './support/admin.ts'
import { keepSegments } from './support/every-page.ts'
import { type GivenShop, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const PAGE = '/app/settings/klaviyo'
const accountOf = (shop: GivenShop) => lockstep.klaviyo.account(shop.accountId)

test('a list, what exists and a limit are chosen, saved, and a new customer lands on the list', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  for (let i = 0; i < 12; i++) accountOf(shop).addList(`List ${i}`)
  const list = accountOf(shop).addList('Shopify customers')
  const opened = await admin.open(shop, '/app/settings')
  const { app, page } = opened
  await app.getByRole('link', { name: 'Choose destination' }).click()
  await app.getByLabel('Add new profiles to').selectOption('Shopify customers')
  await app.getByText('Leave them alone').click()
  await app.getByText('Limit how many new profiles one full sync creates').click()
  await app.getByLabel('Maximum new profiles').fill('0')
  await app.getByText('Enter a whole number from 1 to').waitFor()
  await app.getByLabel('Maximum new profiles').fill('10000')
  await app.getByText('From now on new profiles are added to Shopify customers.').waitFor()
  await leavePicture(opened, 'destination')

  await page.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' })
  shop.shop.customers.create({ email: 'new@example.com' })
  await shop.shop.webhooks.flush()
  await expect.poll(() => list.members.size, { timeout: 30_000 }).toBe(1)

  await opened.visit('/app/settings')
  await app
    .getByText('new ones join the list Shopify customers; at most 10,000 new profiles in one full sync.')
    .waitFor()
})

test('the card shows what a full sync would do', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const { app } = await admin.open(shop)
  await app
    .getByText(/A full sync now: no new profiles and no updates are expected; \d+ customers are compared\./)
    .waitFor()
})

test('of two pages the one that saves second is refused, and keeps its choices', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 5 })
  accountOf(shop).addList('First')
  accountOf(shop).addList('Second')
  const [first, second] = [await admin.open(shop, PAGE), await admin.open(shop, PAGE)]
  for (const [opened, name] of [
    [first, 'First'],
    [second, 'Second'],
  ] as const) {
    await opened.app.getByLabel('Add new profiles to').selectOption(name)
    await opened.page.getByRole('button', { name: 'Save' }).click()
    if (name === 'First') await opened.page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' })
  }
  await second.app.getByText('They are still shown below').waitFor()
  const chosen = second.app.getByLabel('Add new profiles to').locator('option:checked')
  expect(await chosen.innerText()).toBe('Second')
})

test('a list that was deleted in Klaviyo is shown on the card, which links to the page to fix it', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 5 })
  const list = accountOf(shop).addList('Old friends')
  const opened = await admin.open(shop, PAGE)
  await opened.app.getByLabel('Add new profiles to').selectOption('Old friends')
  await opened.page.getByRole('button', { name: 'Save' }).click()
  await opened.page.getByRole('button', { name: 'Save' }).waitFor({ state: 'hidden' })
  accountOf(shop).parts.lists.delete(list, (id) => accountOf(shop).profileById(id))
  shop.shop.customers.create({ email: 'new@example.com' })
  await shop.shop.webhooks.flush()
  await expect.poll(() => accountOf(shop).profileByEmail('new@example.com'), { timeout: 30_000 }).toBeDefined()

  await opened.visit('/app')
  await opened.app.getByText('The list Old friends is no longer in Klaviyo').waitFor({ timeout: 30_000 })
  await opened.app.getByRole('link', { name: 'Choose destination' }).click()
  await opened.app.getByText('Old friends (no longer in Klaviyo)').first().waitFor({ state: 'attached' })
})

test('on a phone the page is no wider than the phone', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 5 })
  accountOf(shop).addList(`A list with a name that goes on and ${'on '.repeat(40)}`)
  const { app, page } = await admin.open(shop, PAGE, PHONE)
  await app.getByLabel('Add new profiles to').waitFor()
  expect(await page.frame('app')?.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width)
})

test('a segment that is kept as a list is shown, and is no longer kept at a press', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 5 })
  await keepSegments(lockstep, shop)
  const opened = await admin.open(shop, PAGE)
  const { app } = opened
  await app.getByText('List in Klaviyo: VIPs (Shopify segment 900)').waitFor()
  const stopped = app.getByText('Stopped, because the list was deleted in Klaviyo.')
  await stopped.scrollIntoViewIfNeeded()
  await leavePicture(opened, 'segment-lists')
  await app.getByRole('button', { name: 'Stop keeping the segment VIPs as a list' }).click()
  await app.getByRole('heading', { name: 'VIPs' }).waitFor({ state: 'hidden' })
})
