import { test } from 'vitest'
import { PHONE, useAdmin, type AdminPage } from './support/admin.ts'
import { givenSyncedShop, anHourPasses } from './support/given-shop.ts'
import { syncButton } from './support/card.ts'
import { useLockstep } from './support/lockstep.ts'
const lockstep = useLockstep()
const admin = useAdmin(lockstep)
const snap = async (o: AdminPage, name: string) => {
    await o.page.setViewportSize({ width: 1280, height: 800 })
    await o.page.screenshot({ path: `/tmp/look/${name}.png` })
    await o.page.setViewportSize({...PHONE, height: 1200})
    await o.page.screenshot({ path: `/tmp/look/${name}-phone.png` })
    await o.page.setViewportSize({ width: 1280, height: 800 })
}
test('look', async () => {
  const shop = await givenSyncedShop(lockstep, { customers: 70 })
  const c = [...shop.shop.customers.all()].find(({ defaultEmailAddress, defaultAddress, metafields }) => defaultEmailAddress?.validFormat && defaultAddress && metafields['loyalty.points'])
  shop.shop.webhooks.send('customers/data_request', c!)
  await shop.shop.webhooks.flush()
  await anHourPasses(lockstep, shop)
  lockstep.shopify.faults.cause({ kind: 'status', status: 503, door: 'download' })
  const pages = [await admin.open(shop), await admin.open(shop)] as const
  await Promise.all(pages.map((p) => syncButton(p).click()))
  await pages[0].app.getByText('customers read.').waitFor()
  await snap(pages[0], 'press-0')
  await snap(pages[1], 'press-1')
  lockstep.shopify.faults.clear()
  await pages[0].app.getByText('Up to date').waitFor()
  await pages[0].visit('/app/privacy')
  await snap(pages[0], 'privacy')
  lockstep.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 300, account: shop.accountId })
  shop.shop.customers.update(c!.id, { firstName: 'X' })
  await pages[1].app.getByText('Waiting for Klaviyo').waitFor()
  await snap(pages[1], 'throttled')
  lockstep.klaviyo.revokeKey(shop.key)
  const other = await givenSyncedShop(lockstep, { customers: 3 })
  lockstep.klaviyo.revokeKey(other.key)
  shop.shop.customers.update(c!.id, { firstName: 'Y' })
  other.shop.customers.update([...other.shop.customers.all()][0]!.id, { firstName: 'Y' })
  await new Promise((r) => setTimeout(r, 2000))
  const o = await admin.open(other)
  await snap(o, 'refused')
  await o.visit('/app/settings')
  await snap(o, 'refused-settings')
})
