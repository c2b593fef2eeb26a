import { expect, test } from 'vitest'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { useAdmin } from './support/admin.ts'
import { figureOf } from './support/card.ts'
import { type GivenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

test('a change in Shopify arrives in Klaviyo and updates the card, without touching the page', async () => {
  const shop = await givenSyncedShop(lockstep, {
    customers: (shop) => shop.customers.create({ email: 'grace@example.com' }),
  })
  const { app } = await admin.open(shop)
  const lastProfile = app.locator('.ls-line', { hasText: 'Last individual profile synced at' }).locator('time')
  const before = (await lastProfile.getAttribute('datetime')) ?? ''
  const changedAt = new Date()
  shop.shop.customers.update(idOf(shop, 'grace@example.com'), { firstName: 'Grace' })

  await expect.poll(() => firstNameOf(shop, 'grace@example.com')).toBe('Grace')
  await expect.poll(() => lastProfile.getAttribute('datetime'), { timeout: 25_000 }).not.toBe(before)
  expect(new Date((await lastProfile.getAttribute('datetime')) ?? '').getTime()).toBeGreaterThan(changedAt.getTime())
})

test('a customer whose address is corrected leaves the list of invalid ones by itself', async () => {
  const shop = await givenSyncedShop(lockstep, {
    customers: (shop) => {
      shop.customers.create({ email: 'ada@@example.com', firstName: 'Ada', lastName: 'Lovelace' })
    },
  })
  const opened = await admin.open(shop)
  const { page, app } = opened
  expect(await figureOf(opened, 'Customers with invalid email')).toBe('1')
  await app.getByRole('link', { name: 'Customers with invalid email: 1. Show them' }).click()
  await app.getByText('ada@@example.com').waitFor()
  expect(
    await app.getByText('Correct the email address in Shopify. The profile is then sent automatically.').isVisible(),
  ).toBe(true)
  shop.shop.customers.update(idOf(shop, 'ada@@example.com'), { email: 'ada@example.com' })

  await expect.poll(() => firstNameOf(shop, 'ada@example.com')).toBe('Ada')
  await page.getByRole('link', { name: 'Lockstep' }).click()
  await app.getByText("We've synced 1 profile in the last day (1 total)").waitFor()
  expect(await figureOf(opened, 'Customers with invalid email')).toBe('0')
  await app.getByRole('link', { name: 'Customers with invalid email: 0. Show them' }).click()
  await app.getByText('No customer has an invalid email address.').waitFor()
})

test('customers are listed page by page with what Shopify calls them now, and the reason in words', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: customersInTrouble })
  shop.shop.customers.update(idOf(shop, 'twin@example.com'), { phone: PHONE_OF_ANOTHER })
  await shop.shop.webhooks.flush()
  await untilAtRest(lockstep, shop)
  shop.shop.webhooks.automatic = false
  const renamed = [...shop.shop.customers.all()].find((customer) => customer.firstName === 'Nobody 1')
  shop.shop.customers.update(renamed?.id ?? '', { firstName: 'Renamed just now' })
  const opened = await admin.open(shop, '/app/customers')
  const { app } = opened
  const names = () => app.getByRole('link', { name: /^Open (?!profile)/ }).allInnerTexts()

  await app
    .getByRole('link', { name: /^Open Nobody/ })
    .first()
    .waitFor()
  const first = await names()
  expect(first).toHaveLength(25)
  expect(
    await app
      .getByText('Add an email address to the customer in Shopify. The profile is then sent automatically.')
      .count(),
  ).toBe(25)
  await app.getByRole('button', { name: 'Next' }).click()
  await expect.poll(names).toHaveLength(5)
  await app
    .getByRole('link', { name: /^Open Nobody/ })
    .first()
    .waitFor()
  expect([...first, ...(await names())].sort()).toEqual([...numbered(2, 30), 'Renamed just now'].sort())
  expect(await app.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true)
  await app.getByRole('button', { name: 'Previous' }).click()
  await expect.poll(names).toHaveLength(25)

  await app.getByRole('link', { name: /^Invalid email/ }).click()
  await expect.poll(async () => (await names()).sort()).toEqual(['Ada Lovelace', 'Grace Hopper', 'Jörg Müller'])
  expect(await app.getByRole('row').filter({ hasText: 'Grace' }).innerText()).toContain(
    'Klaviyo says: Invalid email address',
  )
  await app.getByRole('link', { name: /^Field left out/ }).click()
  await expect.poll(names).toEqual(['Twin'])
  expect(await app.getByRole('row').filter({ hasText: 'Twin' }).innerText()).toContain(
    'Phone number not sent: it belongs to another Klaviyo profile.',
  )
  const { known, twin } = { known: klaviyoIdOf(shop, 'known@example.com'), twin: klaviyoIdOf(shop, 'twin@example.com') }
  for (const id of [known, twin]) {
    const link = app.getByRole('link', { name: `Open profile ${id} in Klaviyo, in a new tab` })
    expect(await link.getAttribute('href')).toBe(`https://www.klaviyo.com/profile/${id}`)
  }
  await leavePicture(opened, 'conflict')
  await opened.visit('/app/customers?reason=other')
  await app.getByText('No customers have other issues.').waitFor()
})

const PHONE_OF_ANOTHER = '+4915112345678'

function customersInTrouble({ customers }: Shop): void {
  for (const name of numbered(1, 30)) customers.create({ firstName: name })
  customers.create({ firstName: 'Ada', lastName: 'Lovelace', email: 'ada..lovelace@example.com' })
  customers.create({ firstName: 'Grace', lastName: 'Hopper', email: 'refused.grace@example.com' })
  customers.create({ firstName: 'Jörg', lastName: 'Müller', email: 'joerg.mueller@example' })
  customers.create({ firstName: 'Known', email: 'known@example.com', phone: PHONE_OF_ANOTHER })
  customers.create({ firstName: 'Twin', email: 'twin@example.com' })
}

function numbered(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => `Nobody ${from + i}`)
}

function idOf({ shop }: GivenShop, email: string): string {
  const found = [...shop.customers.all()].find((customer) => customer.defaultEmailAddress?.emailAddress === email)
  if (!found) throw new Error(`nobody has the address ${email}`)
  return found.id
}

function klaviyoIdOf({ accountId }: GivenShop, email: string): string | undefined {
  return lockstep.klaviyo.account(accountId).profileByEmail(email)?.id
}

function firstNameOf({ accountId }: GivenShop, email: string): string | null {
  return lockstep.klaviyo.account(accountId).profileByEmail(email)?.attributes.first_name ?? null
}
