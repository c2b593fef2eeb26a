import { expect, test } from 'vitest'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { pick, type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import { clock } from '#test/support/clock.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'
import { tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

/** More can be tried by hand: TWO_SHOPS_SCHEDULES=1000 npm run vitest -- test/sync/connection/two-shops. */
const SCHEDULES = Number(process.env.TWO_SHOPS_SCHEDULES ?? 60)
const PEOPLE = 8
const tiers = ['Bronze', 'Silver', 'Gold', null]

/** Two shops with the same people as customers, and one account. The second shop has other points, tiers and names of them. */
async function givenTwoShops(sharing: Sharing) {
  const people = (firstName: string) => (shop: InstalledShop['shop']) =>
    shop.customers.createMany(PEOPLE, (i) => ({ email: `p${i}@example.com`, firstName, points: i, tier: 'Gold' }))
  const one = await givenConnectedShop(sandbox, people('One'))
  const two = await givenInstalledShop(sandbox)
  // Ids differ between shops, as in life.
  two.shop.customers.create({ email: 'only-two@example.com', firstName: 'Only', points: 5, tier: 'Silver' })
  people('Two')(two.shop)
  expect(await connectKlaviyo(two.domain, one.key, clock(), sharing)).toMatchObject({ kind: 'connected' })
  await syncToRest(two.domain)
  return { one, two }
}

function propertiesOf({ one }: { one: InstalledShop }, email: string): Record<string, unknown> {
  return sandbox.klaviyo.account(one.accountId).profileByEmail(email)!.attributes.properties as Record<string, unknown>
}

/** What each shop has of a person, under the names that it writes. */
function expectedOf(given: { one: InstalledShop; two: InstalledShop }, email: string): Record<string, unknown> {
  return Object.fromEntries(
    [
      ['', given.one],
      ['Outlet ', given.two],
    ].flatMap(([prefix, installed]) => {
      const { shop } = installed as InstalledShop
      const customer = [...shop.customers.all()].find((one) => one.defaultEmailAddress?.emailAddress === email)!
      const { 'loyalty.points': points, 'loyalty.tier': tier } = customer.metafields
      return [
        [`${prefix}shopify_customer_id`, customer.id],
        [`${prefix}loyalty_points`, points ? Number(points.value) : null],
        [`${prefix}loyalty_tier`, tier?.value ?? null],
      ]
    }),
  )
}

async function changeSomebody(installed: InstalledShop, random: Random): Promise<string> {
  const { shop, domain } = installed
  const email = `p${Math.floor(random() * PEOPLE)}@example.com`
  const { id } = [...shop.customers.all()].find((one) => one.defaultEmailAddress?.emailAddress === email)!
  if (random() < 0.2) shop.customers.update(id, { lastName: `Name ${Math.floor(random() * 1000)}` })
  else shop.customers.setLoyalty(id, { points: Math.floor(random() * 1000), tier: pick(random, tiers) })
  await tellUndated(domain, id)
  return email
}

test.each([
  { kind: 'prefixed', prefix: 'Outlet' },
  { kind: 'following', prefix: 'Outlet' },
] as const)(
  'in whatever order two shops change and sync, neither replaces the other’s loyalty values ($kind)',
  async (sharing) => {
    const given = await givenTwoShops(sharing)
    const random = seededRandom(7)
    for (let schedule = 0; schedule < SCHEDULES; schedule++) {
      const changed = new Set<string>()
      for (let i = 0; i < 1 + Math.floor(random() * 3); i++)
        changed.add(await changeSomebody(random() < 0.5 ? given.one : given.two, random))
      const order = random() < 0.5 ? [given.one, given.two] : [given.two, given.one]
      if (random() < 0.3) await Promise.all(order.map(({ domain }) => syncToRest(domain)))
      else for (const { domain } of order) await syncToRest(domain)
      for (const email of changed) {
        const properties = propertiesOf(given, email)
        for (const [name, value] of Object.entries(expectedOf(given, email)))
          expect([schedule, email, name, properties[name] ?? null]).toEqual([schedule, email, name, value])
      }
    }
  },
  1_800_000,
)

test('a shop that follows writes only its own properties, even of customers that only it has', async () => {
  const given = await givenTwoShops({ kind: 'following', prefix: 'Outlet' })
  const account = sandbox.klaviyo.account(given.one.accountId)
  expect(account.profileByEmail('p1@example.com')!.attributes.first_name).toBe('One')
  const { first_name, properties } = account.profileByEmail('only-two@example.com')!.attributes
  expect(first_name ?? null).toBeNull()
  expect(Object.keys(properties).every((name) => name.startsWith('Outlet '))).toBe(true)
})

test('of two shops that choose the same prefix at the same moment, one is refused', async () => {
  const given = await givenTwoShops({ kind: 'plain' })
  for (const prefix of ['North', 'South', 'East', 'West']) {
    const answers = await Promise.all(
      [given.one, given.two].map(({ domain }) =>
        choose({ domain }, 'destination', { sharing: { kind: 'prefixed', prefix } }),
      ),
    )
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['prefix_taken', 'saved'])
  }
})

test('a shop that begins to use a prefix leaves what it wrote before to the other shop', async () => {
  const given = await givenTwoShops({ kind: 'plain' })
  expect(propertiesOf(given, 'p1@example.com').shopify_customer_id, 'of the shop that synced last').not.toBe(
    [...given.one.shop.customers.all()].find((one) => one.defaultEmailAddress?.emailAddress === 'p1@example.com')!.id,
  )
  const saved = await choose(given.two, 'destination', { sharing: { kind: 'prefixed', prefix: 'Outlet' } })
  expect(saved).toEqual({ kind: 'saved', setting: 'destination', compares: true })
  await syncToRest(given.two.domain)
  expect(propertiesOf(given, 'p1@example.com')).toMatchObject({ loyalty_points: 1, 'Outlet loyalty_points': 1 })
  expect(propertiesOf(given, 'only-two@example.com')).toMatchObject({ loyalty_points: 5, 'Outlet loyalty_points': 5 })
})
