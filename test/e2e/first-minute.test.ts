import { expect, test } from 'vitest'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { type LoyaltyAppName, loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { type GivenShop, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const MAPPING = '/app/settings/mapping'
const SMALL_PHONE = { width: 320, height: 640 }
const UPDATED_AT = '2026-11-01T10:00:00Z'

test('with Smile, one press brings the tier to Klaviyo, and a new tier follows by itself', async () => {
  const shop = await givenMembers('smile')
  const opened = await admin.open(shop, MAPPING)
  const { app, page } = opened
  await app.getByRole('heading', { name: 'Looks like Smile' }).waitFor()
  expect(await rowOf(opened, 'Loyalty Tier')).toEqual(expect.arrayContaining(['Gold', 'Silver']))

  await app.getByRole('button', { name: 'Use these fields of Smile' }).click()
  await page.locator('.toast', { hasText: 'Saved' }).waitFor()
  await app.getByText('In use').waitFor()
  await expect.poll(() => propertiesOf(shop, 'ada')).toMatchObject({ 'Loyalty Tier': 'Gold' })
  expect(propertiesOf(shop, 'cy')).not.toHaveProperty('Loyalty Tier')

  loyaltyApps.smile.write(shop.shop, idOf(shop, 'ada'), { points: 0, tier: 'Platinum' })
  await expect.poll(() => propertiesOf(shop, 'ada'), { timeout: 40_000 }).toMatchObject({ 'Loyalty Tier': 'Platinum' })
  await expectLaw(shop)
})

test('with Mage, one press brings points, tier and the rest out of its JSON', async () => {
  const shop = await givenMembers('mage')
  const opened = await admin.open(shop, MAPPING, { width: 1280, height: 640 })
  const { app } = opened
  await app.getByRole('heading', { name: 'Looks like Mage' }).waitFor()
  await leavePicture(opened, 'loyalty-found')
  await app.getByRole('button', { name: 'Use these fields of Mage' }).click()

  await expect
    .poll(() => propertiesOf(shop, 'ada'))
    .toMatchObject({
      'Loyalty Points Balance': 250,
      'Loyalty Tier': 'Gold',
      'Loyalty Lifetime Points': 400,
      'Loyalty Member Status': 'member',
    })
  await expectLaw(shop)
})

test('with an unknown app, a value is selected in the JSON of a real customer, and arrives', async () => {
  const shop = await givenUnknownApp()
  const { app, page } = await admin.open(shop, MAPPING)
  await app.getByText('No loyalty app that Lockstep knows was found in this shop.').waitFor()
  await app.getByRole('button', { name: 'Choose a value in perks.member' }).click()
  await app.getByRole('button', { name: 'Add program.balance.points' }).click()
  await app.getByRole('button', { name: 'Add program.tiers[0].name' }).press('Enter')
  expect(await app.getByLabel('Klaviyo property for perks.member → program.tiers[0].name').inputValue()).toBe(
    'Loyalty Tier',
  )
  await page.getByRole('button', { name: 'Save' }).click()

  await expect
    .poll(() => propertiesOf(shop, 'ada'))
    .toMatchObject({ 'Loyalty Points Balance': 120, 'Loyalty Tier': 'Gold' })
  await expectLaw(shop)
})

test('an app that is installed later is found by looking again', async () => {
  const shop = await givenMembers(null)
  const { app } = await admin.open(shop, MAPPING)
  await app.getByText('No loyalty app that Lockstep knows was found in this shop.').waitFor()
  enroll(shop.shop, 'smile')
  await app.getByRole('button', { name: 'Look again' }).click()
  await app.getByRole('heading', { name: 'Looks like Smile' }).waitFor()
})

test('a page that is out of date saves nothing by one press, and a second press of Save does', async () => {
  const shop = await givenMembers('smile')
  const [first, second] = [await admin.open(shop, MAPPING), await admin.open(shop, MAPPING)]
  await first.app.getByLabel('Clear fields in Klaviyo that are no longer sent').uncheck()
  await first.page.getByRole('button', { name: 'Save' }).click()
  await first.page.locator('.toast', { hasText: 'Saved' }).waitFor()

  await second.app.getByRole('button', { name: 'Use these fields of Smile' }).click()
  await second.app.getByText('They are still shown below').waitFor()
  await second.page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => propertiesOf(shop, 'ada')).toMatchObject({ 'Loyalty Tier': 'Gold' })
})

test('a tag is added by its beginning, its values get names, and the names arrive', async () => {
  const shop = await givenMembers(null)
  shop.shop.customers.addTags(idOf(shop, 'ada'), 'perk#a1')
  shop.shop.customers.addTags(idOf(shop, 'ben'), 'perk#b2')
  const opened = await admin.open(shop, MAPPING)
  const { app, page } = opened
  await app.getByRole('button', { name: 'Add perk#' }).click()
  const row = app.locator('.ls-mapped', { hasText: 'Tag that begins with “perk#”' })
  await row.getByRole('combobox').selectOption('Tier')
  await row.getByRole('button', { name: 'How it is read' }).click()
  await row.getByLabel('Name for a1').fill('Gold')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => propertiesOf(shop, 'ada')).toMatchObject({ 'Loyalty Tier': 'Gold' })
  await expect.poll(() => propertiesOf(shop, 'ben')).toMatchObject({ 'Loyalty Tier': 'b2' })
})

test('store credit is added once the merchant lets the app read it, and the balance arrives', async () => {
  const shop = await givenMembers(null)
  shop.shop.customers.setStoreCredit(idOf(shop, 'ada'), { amount: '12.50', currencyCode: 'USD' })
  const { app, page } = await admin.open(shop, MAPPING)
  expect(shop.shop.scopes).not.toContain('read_store_credit_accounts')
  await app.getByRole('button', { name: 'Add store credit' }).click()
  await app.getByLabel('Klaviyo property for Store credit balance').waitFor()
  expect(shop.shop.scopes).toContain('read_store_credit_accounts')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => propertiesOf(shop, 'ada')).toMatchObject({ 'Loyalty Store Credit': 12.5 })
})

test('a name that another app writes is refused until the merchant insists', async () => {
  const shop = await givenMembers('smile')
  const { app, page } = await admin.open(shop, MAPPING)
  await app.getByRole('button', { name: 'Use these fields of Smile' }).click()
  await page.locator('.toast', { hasText: 'Saved' }).waitFor()
  await app.getByLabel('Klaviyo property for Smile VIP Tier Name').fill('VIP Tier Name')
  await app.getByText('Rivo and Smile write this property too').waitFor()
  expect(await page.getByRole('button', { name: 'Save' }).isDisabled()).toBe(true)
  await app.getByLabel('Use this name anyway').check()
  await page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => propertiesOf(shop, 'ada')).toMatchObject({ 'VIP Tier Name': 'Gold' })
})

test('on a small phone the page is no wider than the phone, with all of it unfolded', async () => {
  const shop = await givenMembers('mage')
  addUnknownApp(shop.shop)
  const { app, page } = await admin.open(shop, MAPPING, SMALL_PHONE)
  await app.getByRole('button', { name: 'Choose a value in perks.member' }).click()
  await app.getByRole('button', { name: 'Add program.balance.points' }).click()
  for (const button of await app.getByRole('button', { name: 'How it is read' }).all()) await button.click()
  await app.getByLabel('Klaviyo property for perks.member → program.balance.points').fill('Points Balance')
  await app.getByLabel('Use this name anyway').waitFor()
  expect(await page.frame('app')?.evaluate('document.documentElement.scrollWidth')).toBe(SMALL_PHONE.width)
})

const MEMBERS = [
  { firstName: 'Ada', lastName: 'Lovelace', member: { points: 250, lifetimePoints: 400, tier: 'Gold' } },
  { firstName: 'Ben', lastName: 'Bell', member: { points: 90, tier: 'Silver' } },
  { firstName: 'Cy', lastName: 'Young', member: { points: 10, tier: null } },
] as const

/** A shop that is in sync and has members of the app's program. */
function givenMembers(name: LoyaltyAppName | null): Promise<GivenShop> {
  return givenSyncedShop(lockstep, {
    customers: (shop) => {
      shop.metafieldDefinitions = []
      for (const { firstName, lastName } of MEMBERS)
        shop.customers.create({ email: emailOf(firstName), firstName, lastName })
      if (name) enroll(shop, name)
    },
  })
}

function enroll(shop: Shop, name: LoyaltyAppName): void {
  const app = loyaltyApps[name]
  app.install(shop)
  for (const [place, { id }] of shop.customers.ascending().entries())
    app.write(shop, id, MEMBERS[place]?.member ?? null)
}

async function givenUnknownApp(): Promise<GivenShop> {
  return givenSyncedShop(lockstep, {
    customers: (shop) => {
      shop.metafieldDefinitions = []
      shop.customers.create({ email: 'ada@example.com', firstName: 'Ada' })
      addUnknownApp(shop)
    },
  })
}

/** JSON in a shape and a place that no preset knows. */
function addUnknownApp(shop: Shop): void {
  const value = JSON.stringify({
    program: { name: 'Perks', balance: { points: 120, currency: 'perks' }, tiers: [{ name: 'Gold', until: null }] },
    note: 'A very long note without an end. '.repeat(20),
  })
  for (const { id } of shop.customers.ascending())
    shop.customers.setMetafield(id, 'perks.member', { type: 'json', value, updatedAt: UPDATED_AT })
}

function emailOf(name: string): string {
  return `${name.toLowerCase()}@example.com`
}

function idOf({ shop }: GivenShop, name: string): string {
  return (
    shop.customers.ascending().find(({ defaultEmailAddress }) => defaultEmailAddress?.emailAddress === emailOf(name))
      ?.id ?? ''
  )
}

function propertiesOf({ accountId }: GivenShop, name: string): Record<string, unknown> {
  const profile = lockstep.klaviyo.account(accountId).profileByEmail(emailOf(name))
  return { ...(profile?.attributes.properties as Record<string, unknown>) }
}

/** The values of a property in the table, one a customer. */
function rowOf({ app }: AdminPage, property: string): Promise<string[]> {
  return app.locator('tr', { hasText: property }).locator('td').allInnerTexts()
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
