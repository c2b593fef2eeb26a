import { expect, test } from 'vitest'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { givenAudience, leavingOut } from '#test/core/settings/given-audience.ts'
import { Merchant } from '#test/sandbox/merchant.ts'
import { rowsIn } from '../support/rows.ts'
import { type AdminPage, PHONE, useAdmin } from './support/admin.ts'
import { untilUpToDate } from './support/card.ts'
import { type GivenShop, givenShop, givenSyncedShop } from './support/given-shop.ts'
import { timeInNewYork } from './support/in-new-york.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const WHOLE_PAGE = { width: 1280, height: 1620 }
const SETTINGS = ['', '/audience', '/mapping', '/klaviyo', '/loyalty'].map((page) => `/app/settings${page}`)

test('times are those of the shop’s clock, and UTC on hover', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  const { app, visit } = await admin.open(shop)
  for (const path of ['/app', '/app/customers', '/app/settings']) {
    await visit(path)
    const time = app.locator('time').first()
    const at = new Date((await time.getAttribute('datetime')) ?? '')

    expect(await time.innerText()).toMatch(
      new RegExp(`^${timeInNewYork(at)} \\((just now|\\d+ (seconds|minutes?) ago)\\)$`),
    )
    await time.hover()
    await app.getByText(`${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`).waitFor()
  }
})

test('on a phone no page is wider than the phone', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 300 })
  shop.shop.customers.create({ email: `importerror${'.very-long'.repeat(5)}@example.com`, firstName: 'L'.repeat(60) })
  askForData(shop)
  await shop.shop.webhooks.flush()
  const opened = await admin.open(shop, '/app', PHONE)
  await untilUpToDate(opened.app)
  await opened.app.getByText(/^A full sync now/).waitFor()
  await opened.page.setViewportSize({ ...PHONE, height: 1100 }) // all of the card is to be seen
  await leavePicture(opened, 'card-phone')
  await opened.page.setViewportSize(PHONE)
  const lists = ['no_email', 'invalid_email', 'other', 'future_only'].map((reason) => `/app/customers?reason=${reason}`)
  const [run] = await rowsIn(lockstep.databaseUrl, 'select id from sync_run where shop = $1', [shop.domain])
  for (const path of ['/app', ...lists, '/app/activity', `/app/runs/${run.id}`, ...SETTINGS, '/app/privacy']) {
    await opened.visit(path)
    await expectNoWider(opened)
  }
  const unconnected = await admin.open(givenShop(lockstep), '/app', PHONE)
  await expectNoWider(unconnected)
  await unconnected.visit('/app/settings')
  await expectNoWider(unconnected)
})

test('the settings of a connected shop show the account, and what is kept', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  await choose(shop)
  const settings = await admin.open(shop, '/app/settings', WHOLE_PAGE)
  const headings = settings.app.getByRole('heading', { level: 2 })
  expect(await headings.allInnerTexts()).toEqual([
    'Klaviyo',
    'Sync settings',
    'Audience',
    'Field mapping',
    'Klaviyo destination',
    'Loyalty activity',
    'Privacy',
  ])
  await settings.app.getByText('Connected', { exact: true }).waitFor()
  await leavePicture(settings, 'settings')
  expect(await settings.app.locator('.ls-line', { hasText: 'Account' }).innerText()).toContain('Ada & Co')
  expect(await settings.app.locator('body').innerText()).not.toContain('pk_')

  askForData(shop)
  await shop.shop.webhooks.flush()
  await settings.app.getByRole('link', { name: 'See data requests' }).click()
  await settings.app.getByText('Names of the fields delivered').waitFor()
})

/** Makes a choice in every section of the settings. */
async function choose({ domain, accountId }: GivenShop): Promise<void> {
  const merchant = new Merchant({ app: lockstep.adminUrl, shopify: lockstep.shopify, shop: domain })
  const { id, name } = lockstep.klaviyo.account(accountId).addList('Shopify customers')
  const choices = {
    audience: givenAudience({ ...leavingOut('staff'), consent: 'not_unsubscribed' }),
    klaviyo: { ...defaultDestination, list: { id, name } },
    loyalty: { ...defaultLoyalty, on: true },
  }
  for (const [page, choice] of Object.entries(choices)) {
    const [row] = await rowsIn(lockstep.databaseUrl, 'select settings_version from shop where domain = $1', [domain])
    const answer = await merchant.submit(`/app/settings/${page}.data`, {
      intent: 'save',
      version: String(row.settings_version),
      choice: JSON.stringify(choice),
    })
    expect(answer).toContain('"saved"')
  }
}

/** A customer who is synced asks what is held about them. */
function askForData({ shop }: GivenShop): void {
  const customer = [...shop.customers.all()].find(({ defaultEmailAddress }) => defaultEmailAddress?.validFormat)
  if (customer) shop.webhooks.send('customers/data_request', customer)
}

async function expectNoWider({ page, app }: AdminPage): Promise<void> {
  await app.getByRole('heading').first().waitFor()
  const frame = page.frame('app')
  const width = await frame?.evaluate('document.documentElement.scrollWidth')
  expect({ path: new URL(frame?.url() ?? '').pathname, width }).toMatchObject({ width: PHONE.width })
}
