import { expect, test } from 'vitest'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { PHONE, useAdmin } from './support/admin.ts'
import { type GivenShop, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const WHOLE_PAGE = { width: 1280, height: 3080 }
const MAPPING = '/app/settings/mapping'
const profileOf = (shop: GivenShop) => lockstep.klaviyo.account(shop.accountId).profileByEmail('ada@example.com')
const propertiesOf = (shop: GivenShop) => profileOf(shop)?.attributes.properties as Record<string, unknown>

/** Ada, in a shop that knows of her shoes as well. */
async function givenAda(): Promise<GivenShop> {
  return givenSyncedShop(lockstep, {
    customers: (shop) => {
      shop.metafieldDefinitions.push({
        id: 'gid://shopify/MetafieldDefinition/9',
        namespace: 'custom',
        key: 'shoe_size',
        name: 'Shoe size',
        type: { name: 'number_decimal', category: 'NUMBER' },
        access: { admin: 'PUBLIC_READ' },
        ownerType: 'CUSTOMER',
      })
      const size = { type: 'number_decimal', value: '38.5', updatedAt: '2026-11-01T10:00:00Z' }
      const points = { type: 'number_integer', value: '250', updatedAt: '2026-11-01T10:00:00Z' }
      shop.customers.create({
        email: 'ada@example.com',
        firstName: 'Ada',
        metafields: { 'loyalty.points': points, 'custom.shoe_size': size },
      })
    },
  })
}

async function expectLaw(shop: GivenShop): Promise<void> {
  const report = async () =>
    checkLaw(
      shop.shop,
      lockstep.klaviyo.account(shop.accountId),
      await readLockstepRows(lockstep.databaseUrl, shop.domain),
    )
  await expect.poll(async () => (await report()).differences, { timeout: 40_000 }).toEqual([])
}

test('a metafield is added, a field renamed, previewed, saved, and arrives in Klaviyo', async () => {
  const shop = await givenAda()
  const opened = await admin.open(shop, '/app/settings')
  const { app, page } = opened
  await app.getByRole('link', { name: 'Choose fields' }).click()
  await app.getByLabel('Search by name, namespace and key, or type').fill('shoe')
  await app.getByRole('button', { name: 'Add Shoe size' }).click()
  await app.getByLabel('Klaviyo property for Loyalty points').fill('$points')
  await app.getByText('Klaviyo reserves this name. Choose another one.').waitFor()
  await app.getByLabel('Klaviyo property for Loyalty points').fill('Points')

  await app.getByLabel('Email or customer number').fill('ada@example.com')
  await app.getByRole('button', { name: 'Show preview' }).click()
  const line = (name: string) => app.locator('.ls-preview', { hasText: name })
  await line('custom_shoe_size').waitFor()
  expect(await line('custom_shoe_size').innerText()).toMatch(/38\.5\s+New/)
  expect(await line('loyalty_points').innerText()).toMatch(/Not sent\s+Cleared/)
  await page.setViewportSize(WHOLE_PAGE)
  await page.frame('app')?.evaluate('scrollTo(0, 0)')
  await leavePicture(opened, 'mapping')

  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => propertiesOf(shop)).toMatchObject({ Points: 250, custom_shoe_size: 38.5 })
  await expect.poll(() => Object.keys(propertiesOf(shop))).not.toContain('loyalty_points')
  await expectLaw(shop)
  await opened.visit('/app/activity')
  await app.getByText('because the settings were changed').first().waitFor()
})

test('of two pages the one that saves second is refused, and keeps its choices', async () => {
  const shop = await givenAda()
  const [first, second] = [await admin.open(shop, MAPPING), await admin.open(shop, MAPPING)]
  for (const [opened, name] of [
    [first, 'First'],
    [second, 'Second'],
  ] as const) {
    await opened.app.getByLabel('Klaviyo property for Loyalty points').fill(name)
    await opened.page.getByRole('button', { name: 'Save' }).click()
    if (name === 'First') await expect.poll(() => propertiesOf(shop)).toMatchObject({ First: 250 })
  }
  await second.app.getByText('They are still shown below').waitFor()
  expect(await second.app.getByLabel('Klaviyo property for Loyalty points').inputValue()).toBe('Second')
  expect(propertiesOf(shop)).not.toHaveProperty('Second')
})

test('on a phone the page is no wider than the phone', async () => {
  const shop = await givenAda()
  const { app, page } = await admin.open(shop, MAPPING, PHONE)
  await app.getByRole('button', { name: 'Show preview' }).click()
  await app.getByText('What would be sent for ada@example.com').waitFor()
  expect(await page.frame('app')?.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width)
})
