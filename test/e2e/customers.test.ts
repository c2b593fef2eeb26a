import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { accessibilityFaults } from './support/accessibility.ts'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { type GivenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const WIDE = { width: 1280, height: 900 }
const NARROW = { width: 320, height: 800 }

/** Ada is in sync, others have an address that is a slip, none at all, or one that Klaviyo refuses. */
function people(shop: Shop): void {
  shop.customers.create({ firstName: 'Ada', lastName: 'Lovelace', email: 'ada@example.com', phone: '+493012345678' })
  shop.customers.create({ firstName: 'Ben', email: 'ben@gmial,com' })
  shop.customers.create({ firstName: '=SUM(1)', lastName: '"Cy", the \n third', email: 'cy@@example.com' })
  for (let i = 0; i < 30; i++) shop.customers.create({ firstName: `Person ${i}` })
}
/** From then on Shopify tells of no change: what is seen is what the merchant does. */
async function given(): Promise<GivenShop> {
  const shop = await givenSyncedShop(lockstep, { customers: people })
  shop.shop.webhooks.automatic = false
  return shop
}
const list = (reason: string) => `/app/customers?reason=${reason}`
const idOf = ({ shop }: GivenShop, name: string) =>
  [...shop.customers.all()].find(({ firstName }) => firstName === name)?.id ?? ''

/** The names in the list, once there are so many. */
async function listed({ app }: AdminPage, many: number): Promise<string[]> {
  const links = app.getByRole('link', { name: /^Open Person/ })
  await expect.poll(() => links.count()).toBe(many)
  return links.allTextContents()
}

/** What waits at it goes on once it is opened. */
function gate(): { readonly opened: Promise<void>; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { opened: promise, open: resolve }
}

async function expectSeenByAll(opened: AdminPage): Promise<void> {
  expect(await accessibilityFaults(opened)).toEqual([])
  const frame = opened.page.frame('app')
  const width = await frame?.evaluate('document.documentElement.scrollWidth')
  const viewport = await frame?.evaluate('document.documentElement.clientWidth')
  expect(width).toBe(viewport)
}

test.each([WIDE, NARROW])('a merchant finds who is not in Klaviyo, and what to do, at $width px', async (size) => {
  const shop = await given()
  const opened = await admin.open(shop, list('invalid_email'), size)
  const { app } = opened
  await app.getByRole('link', { name: 'Open Ben' }).waitFor()
  await app.getByRole('link', { name: 'No email (30)' }).waitFor()
  await app.getByRole('link', { name: 'In sync (1)' }).waitFor()
  await app.getByRole('region', { name: 'Customers: Invalid email' }).waitFor()
  await app.getByText('Did you mean ben@gmail.com?').waitFor()
  await app.getByRole('button', { name: 'Copy ben@gmail.com' }).click()
  await opened.page.getByText('Copied').waitFor()
  await expectSeenByAll(opened)
  await leavePicture(opened, size === WIDE ? 'customers' : 'customers-phone')

  await app.getByRole('link', { name: 'No email (30)' }).click()
  const first = await listed(opened, 25)
  await app.getByRole('button', { name: 'Next' }).click()
  const rest = await listed(opened, 5)
  expect(new Set([...first, ...rest]).size).toBe(30)
  await app.getByRole('button', { name: 'Previous' }).click()
  expect(await listed(opened, 25)).toEqual(first)
  await app.getByLabel('Order').selectOption('oldest')
  await app.getByRole('link', { name: `Open ${rest.at(-1)}`, exact: true }).waitFor()
  expect(await listed(opened, 25)).toEqual([...first, ...rest].reverse().slice(0, 25))
})

test('a list that is chosen while names are still being read is shown, also if they come before it does', async () => {
  const shop = await given()
  const opened = await admin.open(shop)
  const { app, page } = opened
  const held = { names: gate(), list: gate() }
  await page.route('**/app/customers.data*', async (route, request) => {
    await (request.method() === 'POST' ? held.names : held.list).opened
    await route.continue()
  })
  await app.getByRole('link', { name: 'Customers with no email: 30. Show them' }).click()
  held.list.open()
  await app.getByRole('link', { name: 'No email (30)' }).waitFor()

  held.list = gate()
  const chosen = page.waitForRequest((request) => request.url().includes('reason=invalid_email'))
  await app.getByRole('link', { name: 'Invalid email (2)' }).click()
  await chosen
  const names = page.waitForResponse((response) => response.request().method() === 'POST')
  held.names.open()
  await (await names).finished()
  held.list.open()
  await app.getByRole('link', { name: 'Open Ben' }).waitFor()
})

test.each([WIDE, NARROW])('one customer is shown with both sides, at $width px', async (size) => {
  const shop = await given()
  const opened = await admin.open(shop, `/app/customers/${idOf(shop, 'Ada')}`, size)
  const { app } = opened
  await app.getByRole('heading', { level: 1, name: 'Ada Lovelace' }).waitFor()
  await app.getByText('Both are the same.').waitFor()
  await app.getByText('200 · Accepted').waitFor()
  await app.getByText('"first_name": "Ada"').waitFor()
  await expectSeenByAll(opened)
  await leavePicture(opened, size === WIDE ? 'customer' : 'customer-phone')

  shop.shop.customers.update(idOf(shop, 'Ada'), { firstName: 'Augusta' })
  await app.getByRole('button', { name: 'Read again' }).click()
  await app.getByText('1 field is different.').waitFor()
  await app.getByRole('button', { name: 'Sync now' }).click()
  await opened.page.getByText('Syncing 1 customer now').waitFor()
  await app.getByText('Both are the same.').waitFor()
  await app.getByText('Sync now, by a member of staff').waitFor()
})

test('a search finds a customer by any of its words, and shows where it stands', async () => {
  const shop = await given()
  const opened = await admin.open(shop, '/app/customers', WIDE)
  const { app, page } = opened
  const field = app.getByRole('searchbox', { name: 'Search customers' })
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url(), request.headers().referer ?? ''))
  for (const text of ['lovel', 'ada@example.com', '+49 30 12345678', idOf(shop, 'Ada')]) {
    await field.fill(text)
    await app.getByText('1 customer found').first().waitFor()
    await app.getByRole('link', { name: 'Open Ada Lovelace' }).waitFor()
  }
  await expectSeenByAll(opened)
  await leavePicture(opened, 'customer-search')
  for (const text of [`'; drop table profile; --`, '<img src=x onerror=alert(1)>', '😀😀'.repeat(20)]) {
    await field.fill(text)
    await app.getByText('No customer found').waitFor()
  }
  await field.fill('x'.repeat(10_000))
  await app.getByText('That is too long to search for.').waitFor()
  expect(asked.filter((url) => /lovel|example\.com|12345678|drop/.test(decodeURIComponent(url)))).toEqual([])

  shop.shop.customers.create({ firstName: 'Zoe', email: 'zoe@example.com' })
  await field.fill('zoe')
  await app.getByText('Not read yet').waitFor()
  await field.fill('lovelace')
  await app.getByRole('link', { name: 'Open Ada Lovelace' }).click()
  await app.getByText('In sync. Klaviyo has what Shopify has.').waitFor()
})

test('all customers of a list are synced again with the number first, and those that are well again are resolved', async () => {
  const shop = await given()
  const { app, page } = await admin.open(shop, list('invalid_email'), WIDE)
  shop.shop.customers.update(idOf(shop, 'Ben'), { email: 'ben@gmail.com' })
  await app.getByRole('button', { name: 'Sync all 2' }).click()
  await app.getByRole('button', { name: 'Sync now' }).click()
  await page.getByText('Syncing 2 customers now').waitFor()
  await untilAtRest(lockstep, shop)
  const resolved = await admin.open(shop, list('resolved'), WIDE)
  await resolved.app.getByRole('link', { name: 'Open Ben' }).waitFor()
  await resolved.app.getByText('Was: Email address is not valid').waitFor()
  await resolved.app.getByRole('link', { name: 'Invalid email (1)' }).waitFor()
})

test('two members of staff press at once, and one customer is chosen', async () => {
  const shop = await given()
  const [one, other] = [await admin.open(shop, list('no_email'), WIDE), await admin.open(shop, list('no_email'), WIDE)]
  for (const { app } of [one, other]) await app.getByRole('button', { name: 'Sync all 30' }).click()
  const said = await Promise.all(
    [one, other].map(async ({ app, page }) => {
      const toast = page.locator('.toast').first().innerText()
      await app.getByRole('button', { name: 'Sync now' }).click()
      return (await toast).split(' ')[0]
    }),
  )
  // The other finds nothing to do, unless the worker has passed all of them on already.
  expect(said).toContain('Syncing')
  for (const word of said) expect(['Nothing', 'Syncing']).toContain(word)
  await untilAtRest(lockstep, shop)

  await one.visit(list('invalid_email'))
  await one.app.getByRole('link', { name: 'Open Ben' }).waitFor()
  await one.app.locator(`[id="${idOf(shop, 'Ben')}"] .Polaris-Checkbox`).click()
  await one.app.getByRole('button', { name: 'Sync now' }).first().click()
  await one.page.getByText('Syncing 1 customer now').waitFor()
})

test('a list is saved as a file that no spreadsheet runs', async () => {
  const shop = await given()
  const { app, page } = await admin.open(shop, list('invalid_email'), WIDE)
  await app.getByRole('link', { name: 'Open Ben' }).waitFor()
  await app.getByRole('button', { name: 'Export CSV' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByText('2 customers exported').waitFor(), // is shown for some seconds only
    app.getByRole('button', { name: 'Export', exact: true }).click(),
  ])
  expect(download.suggestedFilename()).toBe('customers-invalid-email.csv')
  const text = await readFile(await download.path(), 'utf8')
  expect(text.startsWith('\ufeffCustomer number,Name,Email,')).toBe(true)
  expect(text).toContain(`${idOf(shop, 'Ben')},Ben,"ben@gmial,com"`)
  expect(text).toContain('ben@gmail.com')
  expect(text).toContain(`"'=SUM(1) ""Cy"", the`)
})

test('an export that is cancelled asks for nothing more', async () => {
  const shop = await givenSyncedShop(lockstep, {
    customers: (all) => all.customers.createMany(450, (i) => ({ firstName: `Person ${i}` })),
  })
  const { app, page } = await admin.open(shop, list('no_email'), WIDE)
  await app
    .getByRole('link', { name: /^Open Person/ })
    .first()
    .waitFor()
  lockstep.shopify.faults.cause({ kind: 'slow', delayMs: 3_000, shop: shop.domain, operation: 'CustomerNamesByIds' })
  let parts = 0
  page.on('request', (request) => {
    if (request.url().endsWith('/customers/export')) parts++
  })
  await app.getByRole('button', { name: 'Export CSV' }).click()
  await app.getByRole('button', { name: 'Export', exact: true }).click()
  await app.getByText(/^[1-4]00 customers read$/).waitFor()
  await app.getByRole('button', { name: 'Stop the export' }).click()
  await app.getByRole('button', { name: 'Stop the export' }).waitFor({ state: 'detached' })
  const asked = parts
  await app.getByRole('button', { name: 'Export CSV' }).click()
  await app.getByRole('button', { name: 'Cancel' }).click()
  expect(parts).toBe(asked)
  expect(asked).toBeLessThan(5)
})

test('while Shopify throttles the rows stay, and the names come by themselves', async () => {
  const shop = await given()
  lockstep.shopify.faults.cause({ kind: 'throttled', shop: shop.domain, operation: 'CustomerNamesByIds' })
  const { app } = await admin.open(shop, list('invalid_email'), WIDE)
  await app.getByText('Names and email addresses follow by themselves.').waitFor()
  expect(await app.getByText('Email address is not valid').count()).toBe(2)
  await app.getByRole('link', { name: `Open Customer ${idOf(shop, 'Ben')}` }).waitFor()
  lockstep.shopify.faults.clear()
  await app.getByRole('link', { name: 'Open Ben' }).waitFor()
})

test('a customer that is deleted while it is listed says so, and so does a number that nobody has', async () => {
  const shop = await given()
  const id = idOf(shop, 'Ben')
  const opened = await admin.open(shop, list('invalid_email'), WIDE)
  await opened.app.getByRole('link', { name: 'Open Ben' }).waitFor()
  shop.shop.customers.remove(id)
  await opened.app.getByRole('link', { name: 'Open Ben' }).click()
  await opened.app.getByText('Shopify has no customer with this number any more.').waitFor()
  await opened.visit(list('invalid_email'))
  await opened.app.getByText('No longer in Shopify').waitFor()

  // The stand-in counts each shop's customers from the same number on: this shop has none with the last of these.
  const other = await givenSyncedShop(lockstep, {
    customers: (all) => all.customers.createMany(60, () => ({ firstName: 'Eve' })),
  })
  const theirs = [...other.shop.customers.all()].at(-1)?.id ?? ''
  for (const number of ['99999999', theirs]) {
    await opened.visit(`/app/customers/${number}`)
    await opened.app.getByText('There is no customer with this number in your shop.').waitFor()
    expect(await opened.app.locator('body').innerText()).not.toContain('Eve')
  }
  await expectSeenByAll(opened)
})

/** Opens a customer's page again and again until it says this. */
async function untilShown(opened: AdminPage, customer: string, words: string): Promise<void> {
  const isShown = async () => {
    await opened.visit(`/app/customers/${customer}`)
    return opened.app.getByText(words).isVisible()
  }
  await expect.poll(isShown, { timeout: 40_000 }).toBe(true)
}

test('a customer that was merged leads to the one that was kept, and one that was erased says so and offers nothing to send', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: people })
  shop.shop.customers.create({ firstName: 'Dee', email: 'dee@example.com' })
  await shop.shop.webhooks.flush()
  await untilAtRest(lockstep, shop)
  const [ada, dee, ben] = [idOf(shop, 'Ada'), idOf(shop, 'Dee'), idOf(shop, 'Ben')]
  // The merge waits for Klaviyo, so that its page can be seen.
  lockstep.klaviyo.faults.add({ kind: 'neverDone', operations: ['merge_profiles'] })
  shop.shop.customers.merge(ada, dee)
  const opened = await admin.open(shop, `/app/customers/${dee}`, NARROW)
  const { app } = opened
  await untilShown(opened, dee, 'This customer was merged into another one')
  await expectSeenByAll(opened)
  await app.getByRole('link', { name: 'Show the customer it was merged into' }).click()
  await app.getByRole('heading', { name: 'Ada Lovelace' }).waitFor()
  lockstep.klaviyo.faults.clear()

  shop.shop.webhooks.send('customers/redact', shop.shop.customers.get(ben)!)
  shop.shop.customers.remove(ben)
  await untilShown(opened, ben, 'This customer was erased on request and is never synced again.')
  expect(await app.getByRole('button', { name: 'Sync now' }).count()).toBe(0)
  expect(await app.locator('body').innerText()).not.toContain('gmial')
  await expectSeenByAll(opened)
})
