import { expect, test } from 'vitest'
import { Merchant } from '#test/sandbox/merchant.ts'
import { rowsIn } from '../support/rows.ts'
import { useAdmin } from './support/admin.ts'
import { figureOf, syncButton, untilUpToDate } from './support/card.ts'
import { type GivenShop, givenShop, givenSyncedShop } from './support/given-shop.ts'
import { clockInNewYork } from './support/in-new-york.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)
/** Shopify's library answers only browsers. */
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

test('when Klaviyo refuses the key the card asks to reconnect; a new key mends it, and what was held goes out', async () => {
  const shop = await givenSyncedShop(lockstep, {
    customers: ({ customers }) => customers.create({ email: 'grace@example.com' }),
  })
  lockstep.klaviyo.revokeKey(shop.key)
  changeName(shop, 'Held')
  await expect.poll(() => refusals(shop)).toBeGreaterThan(0)
  const opened = await admin.open(shop)
  const { app, page } = opened

  await app.getByText('Klaviyo no longer accepts your API key').waitFor()
  expect(await app.getByText(/^Nothing has been sent since/).innerText()).toContain(
    '1 change is kept and sent once you reconnect. Paste a new key in Settings to continue.',
  )
  expect(await app.getByText('Reconnect needed').isVisible()).toBe(true)
  expect(await syncButton(opened).isDisabled()).toBe(true)
  await leavePicture(opened, 'reconnect')
  expect(nameInKlaviyo(shop)).not.toBe('Held')

  expect(await app.getByText('Setup guide').count()).toBe(0)
  await app.getByRole('link', { name: 'Reconnect in Settings' }).click()
  await app.getByText('Key refused').waitFor()
  await app.getByLabel('Private API key').fill(shop.secondKey)
  await app.getByRole('button', { name: 'Connect', exact: true }).click()
  await app.getByText('Connected to Ada & Co').waitFor()
  await expect.poll(() => nameInKlaviyo(shop)).toBe('Held')
  await page.getByRole('link', { name: 'Lockstep' }).click()
  await untilUpToDate(app)
  expect(await figureOf(opened, 'Waiting to be sent')).toBe('0')
})

test('when Klaviyo asks to slow down, the card shows until when', async () => {
  const shop = await givenSyncedShop(lockstep, {
    customers: ({ customers }) => customers.create({ email: 'grace@example.com' }),
  })
  const askedAt = Date.now()
  lockstep.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 300, account: shop.accountId })
  changeName(shop, 'Patient')
  await expect.poll(() => refusals(shop)).toBeGreaterThan(0)
  const opened = await admin.open(shop)

  await opened.app.getByText('Waiting for Klaviyo', { exact: true }).waitFor()
  const sentence = await opened.app.getByText(/^Klaviyo asked us to slow down/).innerText()
  expect(sentence).toMatch(
    /^Klaviyo asked us to slow down\. The sync continues at .+ \(in (5:00|4:\d\d)\)\. Nothing is lost\.$/,
  )
  expect([0, 1].map((minute) => clockInNewYork(new Date(askedAt + 300_000 + minute * 60_000)))).toContainEqual(
    /at (\d+:\d\d [AP]M)/.exec(sentence)?.[1],
  )
  expect(await figureOf(opened, 'Waiting to be sent')).toBe('1')
  await leavePicture(opened, 'waiting-for-klaviyo')
})

test('disconnecting is asked about once more, and leaves a shop that sends nothing', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const { page, app } = await admin.open(shop, '/app/settings')
  await app.getByRole('button', { name: 'Disconnect' }).click()
  const dialog = app.getByRole('dialog', { name: 'Disconnect Klaviyo?' })
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'hidden' })
  expect(await app.getByText('Connected', { exact: true }).isVisible()).toBe(true)

  await app.getByRole('button', { name: 'Disconnect' }).click()
  await app.getByText('Nothing is deleted in Klaviyo or Shopify. Connecting again starts a full sync.').waitFor()
  await dialog.getByRole('button', { name: 'Disconnect' }).click()
  await page.locator('.toast', { hasText: 'Klaviyo disconnected' }).waitFor()
  await app.getByText('Not connected').waitFor()
  await page.getByRole('link', { name: 'Lockstep' }).click()
  await app.getByRole('heading', { name: 'Connect Klaviyo to keep its profiles in sync' }).waitFor()

  const calls = () => lockstep.klaviyo.log.entries.filter(({ account }) => account === shop.accountId).length
  const callsBefore = calls()
  for (const { id } of shop.shop.customers.all()) shop.shop.customers.update(id, { firstName: 'Unsent' })
  await shop.shop.webhooks.flush()
  await page.reload()
  await app.getByRole('heading', { name: 'Connect Klaviyo to keep its profiles in sync' }).waitFor()
  expect(calls()).toBe(callsBefore)
})

test('another shop sees nothing of this one, whatever it asks for', async () => {
  const first = await givenSyncedShop(lockstep, {
    name: 'Larkspur',
    customers: ({ customers }) => {
      customers.create({ firstName: 'Zephyrine', lastName: 'Customer' })
      customers.create({ email: 'known@example.com' })
    },
  })
  const second = givenShop(lockstep, { name: 'Second' })
  const { page, app } = await admin.open(second)
  await app.getByRole('heading', { name: 'Connect Klaviyo to keep its profiles in sync' }).waitFor()
  expect(await page.locator('#shop').innerText()).toBe('Second')

  const [run] = await rowsIn(lockstep.databaseUrl, 'select id from sync_run where shop = $1', [first.domain])
  const pages = ['', '/customers', '/settings', '/privacy', '/activity', `/runs/${run.id}`]
  const asked = pages.map((page) => `/app${page}.data`)
  for (const path of asked) {
    const own = await answerTo(path, { shop: first.domain, asked: first.domain })
    const stranger = await answerTo(path, { shop: second.domain, asked: first.domain })
    expect(own.status).toBe(200)
    expect(stranger.text).not.toMatch(/Zephyrine|Larkspur|known@/)
    expect(stranger.text).not.toContain(first.domain)
    expect(stranger.text).not.toContain(run.id)
  }
  const merchant = new Merchant({ app: lockstep.adminUrl, shopify: lockstep.shopify, shop: second.domain })
  expect(await merchant.submit('/app.data?index', { intent: 'cancel_run', run: run.id })).toContain('over')
  expect(await merchant.submit('/app.data?index', { intent: 'turn_off', version: '0' })).toContain('turned_off')
  expect(
    (await rowsIn(lockstep.databaseUrl, 'select status from shop where domain = $1', [first.domain]))[0].status,
  ).toBe('on')
  const ids = [...first.shop.customers.all()].map(({ id }) => id).join(',')
  const owner = new Merchant({ app: lockstep.adminUrl, shopify: lockstep.shopify, shop: first.domain })
  expect(await owner.submit('/app/customers.data', { intent: 'names', ids })).toContain('Zephyrine Customer')
  expect(await merchant.submit('/app/customers.data', { intent: 'names', ids })).not.toContain('Zephyrine')
  const anonymous = await answerTo('/app/customers.data', { shop: null, asked: first.domain })
  expect(anonymous.text).not.toContain('Zephyrine')
})

function changeName({ shop }: GivenShop, firstName: string): void {
  const [customer] = [...shop.customers.all()]
  shop.customers.update(customer?.id ?? '', { firstName })
}

function nameInKlaviyo({ accountId }: GivenShop): string | null {
  return lockstep.klaviyo.account(accountId).profileByEmail('grace@example.com')?.attributes.first_name ?? null
}

/** Calls with the shop's key, or for its account, that Klaviyo did not let through. */
function refusals({ key, accountId }: GivenShop): number {
  return lockstep.klaviyo.log.entries.filter(
    (entry) => (entry.account === accountId || entry.key === key) && (entry.status === 401 || entry.status === 429),
  ).length
}

/** Asks for a page's data with the session token of one shop, or none, and an address that names another. */
async function answerTo(path: string, { shop, asked }: { shop: string | null; asked: string }) {
  const host = lockstep.shopify.embeddedUrlParams(asked).get('host') ?? ''
  const query = new URLSearchParams({ shop: asked, host, embedded: '1' })
  const answer = await fetch(`${lockstep.appOrigin}${path}?${query}`, {
    headers: { 'user-agent': BROWSER, ...(shop && { authorization: `Bearer ${lockstep.shopify.idToken(shop)}` }) },
    redirect: 'manual',
  })
  return { status: answer.status, text: await answer.text() }
}
