import { expect, test } from 'vitest'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { figureOf, syncButton, untilUpToDate } from './support/card.ts'
import { type GivenShop, givenShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { giveOutOnly, NO_FILE } from './support/partial-file.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

test('a shop that opens the app for the first time is not connected, and is shown the way to Settings', async () => {
  const opened = await admin.open(givenShop(lockstep, { customers: 40 }))
  const { page, app } = opened
  await app.getByRole('heading', { name: 'Setup guide' }).waitFor()
  expect(await app.getByRole('button', { name: 'Sync customers' }).count()).toBe(0)
  await app.getByRole('link', { name: 'Connect in Settings' }).click()

  await app.getByRole('heading', { name: 'Settings' }).waitFor()
  await app.getByText('Not connected').waitFor()
  await app.getByText('The first full sync reads 40 customers from Shopify.').waitFor()
  await leavePicture(opened, 'connect')
  expect(page.url()).toMatch(/\/apps\/lockstep\/app\/settings$/)
})

test('a key that is not taken is answered in a plain sentence beside the field, and nothing is connected', async () => {
  const shop = givenShop(lockstep)
  const opened = await admin.open(shop, '/app/settings')

  expect(await answerTo(opened, 'ABC123')).toBe(
    'This is not a private API key. A private key begins with pk_ and is not the six-character public key.',
  )
  expect(await answerTo(opened, 'pk_ffffffffffffffffffffffffffffffff')).toBe(
    'Klaviyo does not know this key. Copy it again from Klaviyo, or create a new one.',
  )
  expect(await answerTo(opened, shop.readingKey)).toBe(
    'This key lacks the scopes profiles:write and data-privacy:write. Create a new key with all scopes listed here.',
  )
  lockstep.klaviyo.faults.add({ kind: 'status', status: 503, account: shop.accountId })
  expect(await answerTo(opened, shop.key)).toBe(
    'Klaviyo isn’t responding right now. The key was not saved; try again in a minute.',
  )

  await opened.page.reload()
  await opened.app.getByText('Not connected').waitFor()
})

test('the right key connects, the first sync moves by itself, and its figures are those of the shop', async () => {
  const shop = givenShop(lockstep, { customers: 12_000 })
  const { shopify, klaviyo } = lockstep
  shopify.faults.cause(NO_FILE)
  const opened = await admin.open(shop, '/app/settings')
  const { app } = opened
  await connect(opened, shop)
  await app.getByRole('link', { name: 'View sync status' }).click()

  await app.getByText('0 of 12,000 customers read.').waitFor()
  expect(await app.getByRole('progressbar').getAttribute('value')).toBe('0')
  await giveOutOnly(lockstep, 5_500_000)
  await expect.poll(() => klaviyo.account(shop.accountId).jobs().length).toBe(1)
  klaviyo.faults.add({ kind: 'stuckJob', account: shop.accountId, times: 10 })
  await app.getByText(/^[1-9][\d,]* of 12,000 customers read\.$/).waitFor()
  expect(Number(await app.getByRole('progressbar').getAttribute('value'))).toBeGreaterThan(0)
  await app.getByText(/^We've synced [1-9][\d,]* profiles in the last day/).waitFor()
  await leavePicture(opened, 'card-running')
  shopify.faults.clear('status')
  await app.getByText('Waiting for Klaviyo to import the profiles').waitFor()
  expect(await app.getByText('All 12,000 customers read and sent.').isVisible()).toBe(true)
  klaviyo.faults.release('stuckJob')
  await untilUpToDate(app)

  const counted = countByHand(shop)
  const profiles = counted.good.toLocaleString('en-US')
  expect(await app.getByText(/^We've synced/).innerText()).toBe(
    `We've synced ${profiles} profiles in the last day (${profiles} total)`,
  )
  expect(await figureOf(opened, 'Customers with no email')).toBe(String(counted.none))
  expect(await figureOf(opened, 'Customers with invalid email')).toBe(String(counted.invalid))
  expect(await figureOf(opened, 'Customers with other issues')).toBe('0')
  expect(await figureOf(opened, 'Waiting to be sent')).toBe('0')
  expect(klaviyo.account(shop.accountId).size).toBe(counted.good)
  expect(await syncButton(opened).isDisabled()).toBe(true)
  await app.getByText('12,000 customers are compared').waitFor()
  await app.getByRole('button', { name: 'Hide guide' }).click()
  await app.getByRole('button', { name: 'Hide guide' }).waitFor({ state: 'detached' })
  await leavePicture(opened, 'card')
})

test('at admin.shopify.com, under the app’s own policy, a shop is connected and synced', async () => {
  const shop = givenShop(lockstep, { customers: 20 })
  const opened = await admin.openAtShopify(shop)
  const { page, app } = opened
  const policy = page.waitForResponse((answer) => answer.url().startsWith(`${lockstep.appOrigin}/app/settings?`))
  await opened.visit('/app/settings')
  await connect(opened, shop)
  await page.getByRole('link', { name: 'Lockstep' }).click()
  await untilUpToDate(app)

  expect(page.url()).toBe(`https://admin.shopify.com/store/${shop.domain.split('.')[0]}/apps/lockstep/app`)
  expect((await policy).headers()['content-security-policy']).toMatch(
    new RegExp(`^frame-ancestors https://${shop.domain} https://admin\\.shopify\\.com[ ;]`),
  )
})

/** What stands at the key's field once the key was sent. */
async function answerTo({ app, page }: AdminPage, key: string): Promise<string> {
  const field = app.getByLabel('Private API key')
  await field.fill(key)
  // What was said of the key before may still be there for a moment.
  const [answer] = await Promise.all([
    page.waitForResponse(
      (response) => response.request().method() === 'POST' && response.url().includes('/app/settings.data'),
    ),
    app.getByRole('button', { name: 'Connect and sync' }).click(),
  ])
  await answer.finished()
  await app.locator('[aria-invalid="true"]:enabled').waitFor()
  const [faultId] =
    (await field.getAttribute('aria-describedby'))?.split(' ').filter((id) => id.endsWith('Error')) ?? []
  return app.locator(`[id="${faultId}"]`).innerText()
}

async function connect({ app }: AdminPage, { key, shop }: GivenShop): Promise<void> {
  await app.getByLabel('Private API key').fill(key)
  await app.getByRole('button', { name: 'Connect and sync' }).click()
  await app.getByText(`Connected to ${shop.facts.name}`).waitFor()
}

/** Over the stand-in's own customers, by what it made them with: no rule of the app's. */
function countByHand({ shop }: GivenShop): { good: number; none: number; invalid: number } {
  const addresses = [...shop.customers.all()].map((customer) => customer.defaultEmailAddress)
  const none = addresses.filter((address) => address === null).length
  const invalid = addresses.filter(
    (address) => address && (!address.validFormat || address.emailAddress.startsWith('refused.')),
  ).length
  return { good: addresses.length - none - invalid, none, invalid }
}
