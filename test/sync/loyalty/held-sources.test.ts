import { expect, test } from 'vitest'
import { findTurnInputs } from '#app/store/connections.ts'
import { mappingBeforeClearing } from '#app/sync/loyalty/record-look.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { APPSTLE_OTHER_NAMESPACE } from '#test/sandbox/shopify/loyalty-apps/appstle.ts'
import { moveNamespace, withdrawAccess, withdrawDefinition } from '#test/sandbox/shopify/loyalty-apps/faults.ts'
import type { LoyaltyApp } from '#test/sandbox/shopify/loyalty-apps/loyalty-app.ts'
import { loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tellUndated } from '#test/support/tell.ts'
import { pressUse } from './press-use.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const HOUR_MS = 60 * 60_000
const unknownIfBlank = expect.objectContaining({ blank: 'unknown' })
const tiers = ['Bronze', 'Silver', 'Gold', 'Platinum', 'Gold', 'Silver', 'Gold', 'Bronze'] as const

/** A shop at rest whose eight customers have tiers by this app, mapped with one press, and the nightly check on. */
async function givenTiers(app: LoyaltyApp) {
  const given = await givenConnectedShop(
    sandbox,
    (shop) => {
      app.install(shop)
      for (const [i, tier] of tiers.entries()) {
        const { id } = shop.customers.create({ email: `c${i}@example.com` })
        app.write(shop, id, { points: 100 + i, tier })
      }
    },
    { nightly: true },
  )
  await pressUse(given)
  await syncToRest(given.domain)
  const account = sandbox.klaviyo.account(given.accountId)
  const tiersInKlaviyo = () =>
    tiers.map((_, i) => account.profileByEmail(`c${i}@example.com`)!.attributes.properties['Loyalty Tier'] ?? null)
  expect(tiersInKlaviyo()).toEqual(tiers)
  const ids = [...given.shop.customers.ascending()].map(({ id }) => id)
  return { ...given, ids, tiersInKlaviyo, card: () => loadSyncCard(given.domain, clock()) }
}

async function night(given: Awaited<ReturnType<typeof givenTiers>>): Promise<void> {
  skip(26 * HOUR_MS)
  await syncToRest(given.domain)
}

test('access that is withdrawn overnight clears no tier, and the merchant reads about it until it is given back', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  withdrawAccess(given.shop, 'growave.vip_tier')
  await night(given)
  expect(given.tiersInKlaviyo()).toEqual(tiers)
  const held = [{ source: 'growave.vip_tier', reason: 'unreadable' }]
  expect(await given.card()).toMatchObject({ heldSources: held })
  expect(await loadSetting(given.domain, 'mapping', clock())).toMatchObject({ held })
  await expectLaw(sandbox, given)
  await night(given)
  expect(given.tiersInKlaviyo(), 'the second night').toEqual(tiers)

  loyaltyApps.growave.writeSilently(given.shop, given.ids[0]!, { points: 0, tier: null })
  withdrawAccess(given.shop, 'growave.vip_tier', 'PUBLIC_READ')
  skip(HOUR_MS)
  await syncToRest(given.domain)
  expect(given.tiersInKlaviyo(), 'within the hour').toEqual([null, ...tiers.slice(1)])
  expect(await given.card()).toMatchObject({ heldSources: [] })
  await expectLaw(sandbox, given)
})

test('a definition that is withdrawn leaves the values, which are read as before', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  withdrawDefinition(given.shop, 'growave', 'vip_tier')
  loyaltyApps.growave.writeSilently(given.shop, given.ids[0]!, { points: 5, tier: 'Gold' })
  await night(given)
  expect(given.tiersInKlaviyo()).toEqual(['Gold', ...tiers.slice(1)])
  expect(await given.card()).toMatchObject({ heldSources: [] })
  await expectLaw(sandbox, given)
})

test('a namespace that moves overnight clears no tier, and the app is found in its new place', async () => {
  const given = await givenTiers(loyaltyApps.appstle)
  moveNamespace(given.shop, 'appstle_loyalty', APPSTLE_OTHER_NAMESPACE)
  await night(given)
  expect(given.tiersInKlaviyo()).toEqual(tiers)
  expect(await given.card()).toMatchObject({
    newLoyaltyApp: { id: 'appstle' },
    heldSources: [{ reason: 'vanished' }, { reason: 'vanished' }, { reason: 'vanished' }],
  })

  await pressUse(given)
  await syncToRest(given.domain)
  expect(given.tiersInKlaviyo()).toEqual(tiers)
  expect(await given.card()).toMatchObject({ newLoyaltyApp: null, heldSources: [] })
  await expectLaw(sandbox, given)
})

test('customers who lose their tiers one by one lose them in Klaviyo too', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  for (const id of given.ids.slice(0, 7)) loyaltyApps.growave.writeSilently(given.shop, id, null)
  await night(given)
  expect(given.tiersInKlaviyo()).toEqual([...tiers.slice(0, 7).map(() => null), 'Bronze'])
  await expectLaw(sandbox, given)
})

test('a full sync by hand looks before it reads', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  withdrawAccess(given.shop, 'growave.vip_tier', 'PRIVATE')
  skip(2 * HOUR_MS)
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncToRest(given.domain)
  expect(given.tiersInKlaviyo()).toEqual(tiers)
  await expectLaw(sandbox, given)
})

test('a live change that is read after access was withdrawn clears nothing either', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  skip(2 * HOUR_MS)
  withdrawAccess(given.shop, 'growave.vip_tier')
  given.shop.customers.update(given.ids[0]!, { firstName: 'Ada' })
  await tellUndated(given.domain, given.ids[0]!)
  await syncToRest(given.domain)
  expect(given.tiersInKlaviyo()).toEqual(tiers)
  expect(await given.card()).toMatchObject({ heldSources: [{ reason: 'unreadable' }] })
  await expectLaw(sandbox, given)
})

test('a value that disappears while Shopify does not answer a look is kept, and cleared by the comparison that follows', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  skip(2 * HOUR_MS)
  loyaltyApps.growave.write(given.shop, given.ids[0]!, null)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'LoyaltySample' })
  await tellUndated(given.domain, given.ids[0]!)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(given.tiersInKlaviyo()).toEqual(tiers)

  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)
  skip(HOUR_MS)
  await syncToRest(given.domain)
  expect(given.tiersInKlaviyo()).toEqual([null, ...tiers.slice(1)])
  await expectLaw(sandbox, given)
})

test('while a look is recent, work that knows the mapping from before it clears nothing either', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  const { policy } = (await findTurnInputs(given.domain))!
  const turn = { shop: given.domain, policy, clock }
  skip(2 * HOUR_MS)
  withdrawAccess(given.shop, 'growave.vip_tier')
  const held = { values: expect.arrayContaining([expect.objectContaining({ reading: unknownIfBlank })]) }
  expect(await mappingBeforeClearing(turn), 'by a look').toMatchObject(held)
  expect(await mappingBeforeClearing(turn), 'by the look before').toMatchObject(held)
})

test('a source that is found readable before something else is cleared has all customers compared', async () => {
  const given = await givenTiers(loyaltyApps.growave)
  withdrawAccess(given.shop, 'growave.vip_tier')
  await night(given)
  expect(await given.card()).toMatchObject({ heldSources: [{ source: 'growave.vip_tier' }] })

  loyaltyApps.growave.writeSilently(given.shop, given.ids[0]!, { points: 100, tier: null })
  withdrawAccess(given.shop, 'growave.vip_tier', 'PUBLIC_READ')
  skip(2 * 60_000)
  loyaltyApps.growave.write(given.shop, given.ids[1]!, null)
  await tellUndated(given.domain, given.ids[1]!)
  await syncToRest(given.domain)
  expect(await given.card()).toMatchObject({ heldSources: [] })
  expect(given.tiersInKlaviyo()).toEqual([null, null, ...tiers.slice(2)])
  await expectLaw(sandbox, given)
})
