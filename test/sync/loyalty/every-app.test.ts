import { expect, test } from 'vitest'
import { lookForLoyalty } from '#app/sync/loyalty/look-for-loyalty.ts'
import type { LoyaltyApp, Member, Shown } from '#test/sandbox/shopify/loyalty-apps/loyalty-app.ts'
import { type LoyaltyAppName, loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tellUndated } from '#test/support/tell.ts'
import { chooseLoyalty, looksAt } from './given-loyalty.ts'
import { pressUse } from './press-use.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const apps = (Object.entries(loyaltyApps) as [LoyaltyAppName, LoyaltyApp][]).map(
  ([name, app]) => [app.name, name, app] as const,
)
const idOf = (name: LoyaltyAppName) => (name === 'rivoLegacy' ? 'rivo_legacy' : name)

const gold: Member = {
  points: 1825,
  tier: 'Gold',
  lifetimePoints: 4000,
  credit: '18.25',
  expiresAt: '2027-02-05T00:00:00Z',
  referralLink: 'https://ada.example/r/ada',
  referralCode: 'ADA10',
}
const silver: Member = { ...gold, points: 90, tier: 'Silver', credit: '0.9' }

/** What Klaviyo is to have of what an app shows; the names are the presets' own. */
function propertiesOf({ points, tier, lifetimePoints, credit, expiresAt, referralLink, referralCode, status }: Shown) {
  return {
    ...(points !== undefined && { 'Loyalty Points Balance': points }),
    ...(tier != null && { 'Loyalty Tier': tier }),
    ...(lifetimePoints !== undefined && { 'Loyalty Lifetime Points': lifetimePoints }),
    ...(credit && { 'Loyalty Store Credit': Number(credit.amount) }),
    ...(referralLink && { 'Loyalty Referral Link': referralLink }),
    ...(referralCode && { 'Loyalty Referral Code': referralCode }),
    ...(status && { 'Loyalty Member Status': status }),
    ...(expiresAt && { [expiresAt.length === 10 ? 'Loyalty Next Payment At' : 'Loyalty Points Expire At']: expiresAt }),
  }
}

test.each(apps)(
  '%s is found, mapped with one press, and a change in its own shape arrives, with its events',
  async (_, name, app) => {
    const given = await givenConnectedShop(sandbox, (shop) => {
      app.install(shop)
      for (const [customer, member] of Object.entries({ ada: gold, ben: silver, guest: null })) {
        const { id } = shop.customers.create({ email: `${customer}@example.com`, firstName: customer })
        app.write(shop, id, member)
      }
    })
    const { domain, shop } = given
    const id = [...shop.customers.ascending()][0]!.id
    const properties = (email = 'ada@example.com') =>
      sandbox.klaviyo.account(given.accountId).profileByEmail(email)!.attributes.properties
    const shows = (member: Member | null) =>
      propertiesOf(app.shows(member, { customerId: id, currency: shop.facts.currency }))

    const { look, app: found, mapping } = await pressUse(given)
    expect(look.apps).toMatchObject([{ id: idOf(name), isMapped: false, unreadable: [] }])
    expect(found.samples.length).toBeGreaterThan(1)
    expect(mapping.values, 'in the place of the rows that every shop begins with').toEqual(found.rows)
    await syncToRest(domain)
    expect(properties()).toMatchObject(shows(gold))
    expect(await lookForLoyalty(domain)).toMatchObject({ apps: [{ isMapped: true }] })

    const recorded = (['points', 'tier'] as const).filter((kind) => found.rows.some(({ meaning }) => meaning === kind))
    if (recorded.length > 0) expect(await chooseLoyalty(given, { recorded })).toMatchObject({ kind: 'saved' })
    await syncToRest(domain)

    shop.webhooks.automatic = true
    app.write(shop, id, silver)
    await shop.webhooks.flush()
    // Shopify sends nothing about Okendo's metafields: their namespace is not known.
    if (name === 'okendo') await tellUndated(domain, id)
    await syncToRest(domain)
    expect(properties()).toMatchObject(shows(silver))
    const events = looksAt(sandbox, given).recorded()
    expect(events.map(({ metric }) => metric).sort()).toEqual(recorded.map((kind) => `Loyalty ${kind} changed`))
    await expectLaw(sandbox, given)
  },
)
