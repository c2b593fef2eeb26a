import { expect, test } from 'vitest'
import { PHONE, useAdmin } from './support/admin.ts'
import { untilUpToDate } from './support/card.ts'
import { askForData, choose } from './support/every-page.ts'
import { givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const WHOLE_PAGE = { width: 1280, height: 1960 }

test('the settings of a connected shop show the account, and what is kept', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 20 })
  await choose(lockstep, shop)
  const settings = await admin.open(shop, '/app/settings', WHOLE_PAGE)
  const headings = settings.app.getByRole('heading', { level: 2 })
  expect(await headings.allInnerTexts()).toEqual([
    'Klaviyo',
    'Sync settings',
    'Audience',
    'Field mapping',
    'Klaviyo destination',
    'Loyalty activity',
    'Alerts',
    'Access for agencies',
    'Privacy',
    'Support',
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

test('all of the card fits a phone', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 300 })
  const opened = await admin.open(shop, '/app', PHONE)
  await untilUpToDate(opened.app)
  await opened.app.getByText(/^A full sync now/).waitFor()
  await opened.page.setViewportSize({ ...PHONE, height: 1100 })
  await leavePicture(opened, 'card-phone')
})
