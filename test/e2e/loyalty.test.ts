import { expect, test } from 'vitest'
import { SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { rowsIn } from '../support/rows.ts'
import { PHONE, useAdmin } from './support/admin.ts'
import { type GivenShop, givenSyncedShop, untilAtRest } from './support/given-shop.ts'
import { useLockstep } from './support/lockstep.ts'
import { leavePicture } from './support/pictures.ts'

const lockstep = useLockstep()
const admin = useAdmin(lockstep)

const WHOLE_PAGE = { width: 1280, height: 1120 }
const LOYALTY = '/app/settings/loyalty'
const SWITCH = 'Record changes of loyalty values as events'

const recorded = ({ accountId }: GivenShop) =>
  lockstep.klaviyo
    .account(accountId)
    .parts.events.all()
    .map(({ metric, properties }) => ({ metric: metric.name, ...properties }))

async function givenAda(): Promise<GivenShop> {
  return givenSyncedShop(lockstep, {
    customers: (shop) => shop.customers.create({ email: 'ada@example.com', points: 250, tier: 'Silver' }),
  })
}

function setLoyalty({ shop }: GivenShop, loyalty: { points?: number; tier?: string }): void {
  const [ada] = shop.customers.ascending()
  shop.customers.setLoyalty(ada!.id, loyalty)
  shop.webhooks.runFlow(ada!.id)
}

test('loyalty activity is switched on, and points that change are an event in Klaviyo', async () => {
  const shop = await givenAda()
  const opened = await admin.open(shop, '/app/settings')
  const { app, page } = opened
  await app.getByRole('link', { name: 'Choose loyalty activity' }).click()
  await app.getByLabel(SWITCH).check()
  await app.getByText('After you turn this on, all customers are compared once').waitFor()
  await page.setViewportSize(WHOLE_PAGE)
  await leavePicture(opened, 'loyalty')
  await page.getByRole('button', { name: 'Save' }).click()
  await app.getByText('Changes are recorded.').waitFor()
  await untilCompared(shop)

  setLoyalty(shop, { points: 300, tier: 'Gold' })
  await shop.shop.webhooks.flush()
  await expect
    .poll(() => recorded(shop), { timeout: 20_000 })
    .toEqual([
      { metric: 'Loyalty points changed', old_value: 250, new_value: 300, change: 50, direction: 'up' },
      { metric: 'Loyalty tier changed', old_value: 'Silver', new_value: 'Gold' },
    ])
  const rows = await readLockstepRows(lockstep.databaseUrl, shop.domain)
  const { differences } = checkLaw(shop.shop, lockstep.klaviyo.account(shop.accountId), rows)
  expect(differences.filter((words) => !words.includes('pending'))).toEqual([])
})

test('a key without the scope is refused before anything is turned on', async () => {
  const shop = await givenAda()
  lockstep.klaviyo.scopeKey(shop.key, SCOPES_NEEDED)
  const { app, page } = await admin.open(shop, LOYALTY)
  await app.getByLabel(SWITCH).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await app.getByText('Nothing was changed: the connection to Klaviyo lacks the scope events:write.').waitFor()

  lockstep.klaviyo.scopeKey(shop.key, 'full')
  await page.getByRole('button', { name: 'Save' }).click()
  await app.getByText('Changes are recorded.').waitFor()
})

test('of two pages the one that saves second is refused, and keeps its choices', async () => {
  const shop = await givenAda()
  const [first, second] = [await admin.open(shop, LOYALTY), await admin.open(shop, LOYALTY)]
  await first.app.getByLabel('Tier', { exact: true }).uncheck()
  await first.page.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => first.page.getByRole('button', { name: 'Save' }).count()).toBe(0)
  await second.app.getByLabel('Points', { exact: true }).uncheck()
  await second.page.getByRole('button', { name: 'Save' }).click()
  await second.app.getByText('They are still shown below').waitFor()
  expect(await second.app.getByLabel('Points', { exact: true }).isChecked()).toBe(false)
  expect(await second.app.getByLabel('Tier', { exact: true }).isChecked()).toBe(true)
})

test('on a phone the page is no wider than the phone', async () => {
  const shop = await givenAda()
  const { app, page } = await admin.open(shop, LOYALTY, PHONE)
  await app.getByText('Sample event').waitFor()
  expect(await page.frame('app')?.evaluate('document.documentElement.scrollWidth')).toBe(PHONE.width)
})

/** Resolves when the comparison that switching on asked for has taken place. */
async function untilCompared(shop: GivenShop): Promise<void> {
  const values = async () =>
    (await rowsIn(lockstep.databaseUrl, 'select delivered from loyalty_value where shop = $1', [shop.domain]))[0]
      ?.delivered
  await expect.poll(values, { timeout: 20_000 }).toEqual({ points: 250, tier: 'Silver' })
  await untilAtRest(lockstep, shop)
}
