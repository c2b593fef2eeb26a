import { expect, test } from 'vitest'
import { dismissLoyaltyApp } from '#app/sync/loyalty/dismiss-loyalty-app.ts'
import { lookForLoyalty } from '#app/sync/loyalty/look-for-loyalty.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { withdrawAccess } from '#test/sandbox/shopify/loyalty-apps/faults.ts'
import { type LoyaltyAppName, loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { pressUse } from './press-use.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const NIGHT_MS = 26 * 60 * 60_000
const gold = { points: 90, tier: 'Gold' }
type Given = Awaited<ReturnType<typeof givenConnectedShop>>

const reported = async ({ domain }: Given) => (await loadSyncCard(domain, clock())).newLoyaltyApp

test('a loyalty app is reported right after connecting, until it is mapped', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    loyaltyApps.smile.write(shop, shop.customers.create({ email: 'ada@example.com' }).id, gold)
  })
  expect(await reported(given)).toEqual({ id: 'smile', name: 'Smile' })
  await pressUse(given)
  expect(await reported(given)).toBeNull()
})

test('an app that comes later is reported once by the nightly comparison, and not again after it was dismissed', async () => {
  const given = await givenConnectedShop(sandbox, () => {}, { nightly: true })
  expect(await reported(given)).toBeNull()
  const { id } = given.shop.customers.create({ email: 'ada@example.com' })
  loyaltyApps.mage.write(given.shop, id, gold)
  skip(NIGHT_MS)
  await syncToRest(given.domain)
  expect(await reported(given)).toEqual({ id: 'mage', name: 'Mage' })

  await dismissLoyaltyApp(given.domain, 'mage')
  expect(await reported(given)).toBeNull()
  skip(NIGHT_MS)
  await syncToRest(given.domain)
  expect(await reported(given)).toBeNull()
  expect((await lookForLoyalty(given.domain)) as object).toMatchObject({ apps: [{ id: 'mage' }] })
})

test('while Shopify does not answer a look, the first sync goes on, and the mapping page says so', async () => {
  const fault = { kind: 'status', status: 503, operation: 'LoyaltySample' } as const
  sandbox.shopify.faults.cause(fault)
  const given = await givenConnectedShop(sandbox, (shop) => {
    loyaltyApps.smile.write(shop, shop.customers.create({ email: 'ada@example.com' }).id, gold)
  })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
  expect(await reported(given)).toBeNull()
  expect(await loadSetting(given.domain, 'mapping', clock())).toMatchObject({ look: { kind: 'unavailable' } })
})

test('a comparison that Shopify does not answer a look for goes on without it', async () => {
  const given = await givenConnectedShop(
    sandbox,
    (shop) => void shop.customers.create({ email: 'ada@example.com', tier: 'Gold' }),
    { nightly: true },
  )
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'CustomerMetafieldDefinitions' })
  skip(NIGHT_MS)
  await syncToRest(given.domain)
  const [run] = await rowsIn(
    sandbox.databaseUrl,
    'select state, trigger from sync_run where shop = $1 order by requested_at desc limit 1',
    [given.domain],
  )
  expect(run).toMatchObject({ state: 'finished', trigger: 'nightly' })
  await expectLaw(sandbox, given)
})

test('a field that this app may not read is named, with nothing to press', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    loyaltyApps.smile.install(shop)
    withdrawAccess(shop, 'smile.vip_tier_name', 'PRIVATE')
    loyaltyApps.smile.write(shop, shop.customers.create({ email: 'ada@example.com' }).id, gold)
  })
  expect(await lookForLoyalty(given.domain)).toMatchObject({
    apps: [{ id: 'smile', rows: [], unreadable: [{ namespace: 'smile', key: 'vip_tier_name' }] }],
  })
})

test('a shop with two apps has both, and one without has none', async () => {
  const both = await givenConnectedShop(sandbox, (shop) => {
    const { id } = shop.customers.create({ email: 'ada@example.com' })
    loyaltyApps.smile.write(shop, id, gold)
    loyaltyApps.rivoLegacy.write(shop, id, gold)
  })
  expect(await lookForLoyalty(both.domain)).toMatchObject({ apps: [{ id: 'rivo_legacy' }, { id: 'smile' }] })
  const none = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ points: 5, tier: 'Gold' }))
  expect(await lookForLoyalty(none.domain)).toMatchObject({ apps: [] })
})

test.each(Object.keys(loyaltyApps) as LoyaltyAppName[])(
  'an old shop of %s, with odd shapes among its fields, is mapped with one press and ends in sync',
  async (loyaltyApp) => {
    const given = await givenConnectedShop(sandbox, (shop) =>
      seedCustomers(shop, { count: 150, seed: 7, loyaltyApp, odd: true }),
    )
    await pressUse(given)
    await syncToRest(given.domain)
    await expectLaw(sandbox, given)
  },
)
