import { expect, test } from 'vitest'
import { type AdminPage, useAdmin } from './support/admin.ts'
import { type GivenShop, givenSyncedShop } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

/** On the page of loyalty activity, to which a link has led, with a box ticked and not saved. */
async function givenDraft(shop?: GivenShop): Promise<AdminPage> {
  const opened = await admin.open(shop ?? (await givenSyncedShop(lockstep, { customers: 20 })), '/app/settings')
  await opened.app.locator('a[href="/app/settings/klaviyo"]').click()
  await heading(opened, 'Klaviyo destination').waitFor()
  await opened.app.locator('input[type=radio]').nth(1).press('Space')
  await opened.page.locator('#save-bar').waitFor()
  return opened
}

const heading = ({ app }: AdminPage, name: string) => app.getByRole('heading', { level: 1, name })
const isDrafted = ({ app }: AdminPage) => app.locator('input[type=radio]').nth(1).isChecked()
const question = ({ page }: AdminPage) => page.getByRole('dialog', { name: 'Leave page with unsaved changes?' })
const pathOf = ({ page }: AdminPage) => new URL(page.frame('app')?.url() ?? '').pathname

test('a link asks before it takes a draft away, and the draft stays with a merchant who stays', async () => {
  const opened = await givenDraft()
  await opened.app.getByRole('link', { name: 'Settings' }).click()
  await question(opened).getByRole('button', { name: 'Stay' }).click()
  expect(await isDrafted(opened)).toBe(true)
  await heading(opened, 'Klaviyo destination').waitFor()

  await opened.app.getByRole('link', { name: 'Settings' }).click()
  await question(opened).getByRole('button', { name: 'Leave page' }).click()
  await heading(opened, 'Settings').waitFor()
  await opened.page.locator('#save-bar').waitFor({ state: 'hidden' })
})

test('the browser’s back arrow asks, too', async () => {
  const opened = await givenDraft()
  await opened.page.frame('app')?.evaluate('history.back()')
  await question(opened).getByRole('button', { name: 'Stay' }).click()
  expect(await isDrafted(opened)).toBe(true)
  await expect.poll(() => pathOf(opened)).toBe('/app/settings/klaviyo')

  await opened.page.frame('app')?.evaluate('history.back()')
  await question(opened).getByRole('button', { name: 'Leave page' }).click()
  await heading(opened, 'Settings').waitFor()
  expect(pathOf(opened)).toBe('/app/settings')
})

test('nobody is asked without a draft', async () => {
  const opened = await givenDraft()
  await opened.page.locator('#discard').click()
  await opened.app.getByRole('link', { name: 'Settings' }).click()
  await heading(opened, 'Settings').waitFor()
})

test('a page that takes long is announced by the admin’s loading bar and by its outline', async () => {
  const opened = await admin.open(await givenSyncedShop(lockstep, { customers: 20 }))
  let answer: () => void = () => undefined
  const held = new Promise<void>((resolve) => {
    answer = resolve
  })
  await opened.page.route('**/app/activity.data*', async (route) => {
    await held
    await route.continue()
  })
  await opened.page.getByRole('link', { name: 'Activity' }).click()
  await opened.app.getByRole('status', { name: 'Loading' }).waitFor()
  await heading(opened, 'Activity').waitFor()
  expect(await opened.page.locator('#loading').isVisible()).toBe(true)

  answer()
  await opened.app.getByRole('status', { name: 'Loading' }).waitFor({ state: 'detached' })
  await opened.page.locator('#loading').waitFor({ state: 'hidden' })
})
