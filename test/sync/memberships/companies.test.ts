import { expect, test } from 'vitest'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { findShop } from '#app/store/shops.ts'
import { loadAudienceOptions } from '#app/sync/settings/facts/load-audience-options.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { chooseAudience } from '#test/support/audience.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { companiesBy, givenSegmentShop, inAnyOf, named } from './given-audience.ts'

const sandbox = useSandbox()

const COMPANY_QUESTIONS = ['Companies', 'CompanyRoles', 'CompanyPlaces', 'ContactRoles'] as const

/** Ada orders for Acme, Ben administers Acme and orders for Bolt, Eve is not a contact. */
async function givenB2bShop() {
  const given = await givenSegmentShop(sandbox, { b2b: true })
  const { companies } = given.shop
  const [acme, bolt] = [companies.add({ name: 'Acme' }), companies.add({ name: 'Bolt' })]
  const adaAtAcme = companies.addContact(acme.id, { customerId: given.ada.id })
  const benAtAcme = companies.addContact(acme.id, { customerId: given.ben.id, role: 'Location admin' })
  companies.addContact(bolt.id, { customerId: given.ben.id })
  return { ...given, acme, bolt, adaAtAcme, benAtAcme }
}

let rounds = 0

/** Which of Ada, Ben and Eve are in sync, once all have been compared, and again once each has changed. */
async function syncedOf(given: Awaited<ReturnType<typeof givenSegmentShop>>): Promise<string[]> {
  await syncToRest(given.domain)
  const people = ['ada', 'ben', 'eve'] as const
  const synced = async () => {
    const states = await Promise.all(people.map((name) => given.stateOf(given[name])))
    return people.filter((_, i) => states[i] === 'synced')
  }
  const compared = await synced()
  await expectLaw(sandbox, given)
  const firstName = `New ${++rounds}`
  await tell(given.domain, ...people.map((name) => given.shop.customers.update(given[name].id, { firstName })))
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
  expect(await synced()).toEqual(compared)
  expect(people.filter((name) => given.firstName(`${name}@example.com`) === firstName)).toEqual(compared)
  return compared
}

test('only contacts of companies, or none of them', async () => {
  const given = await givenB2bShop()
  await chooseAudience(sandbox, given, companiesBy({}))
  expect(await syncedOf(given)).toEqual(['ada', 'ben'])
  await chooseAudience(sandbox, given, companiesBy({ who: 'no_contacts' }))
  expect(await syncedOf(given)).toEqual(['eve'])
})

test('a contact without any role is a contact', async () => {
  const given = await givenB2bShop()
  given.shop.companies.addContact(given.bolt.id, { customerId: given.eve.id, role: null })
  await chooseAudience(sandbox, given, companiesBy({}))
  expect(await syncedOf(given)).toEqual(['ada', 'ben', 'eve'])
})

test('only contacts of some companies', async () => {
  const given = await givenB2bShop()
  await chooseAudience(sandbox, given, companiesBy({ companies: [named(given.bolt)] }))
  expect(await syncedOf(given)).toEqual(['ben'])
})

test('only contacts with a role, at any location of any company', async () => {
  const given = await givenB2bShop()
  await chooseAudience(sandbox, given, companiesBy({ roles: ['Ordering only'] }))
  expect(await syncedOf(given)).toEqual(['ada', 'ben'])
  await chooseAudience(sandbox, given, companiesBy({ roles: ['Location admin'] }))
  expect(await syncedOf(given)).toEqual(['ben'])
})

test('of several roles, one must match both the company and the role', async () => {
  const given = await givenB2bShop()
  await chooseAudience(sandbox, given, companiesBy({ companies: [named(given.bolt)], roles: ['Location admin'] }))
  expect(await syncedOf(given)).toEqual([])
  given.shop.companies.giveRole(given.adaAtAcme, 'Location admin')
  await chooseAudience(sandbox, given, companiesBy({ companies: [named(given.acme)], roles: ['Location admin'] }))
  expect(await syncedOf(given)).toEqual(['ada', 'ben'])
})

test('a contact with a role at each of 250 locations is read completely', async () => {
  const given = await givenB2bShop()
  for (let i = 0; i < 250; i++) given.shop.companies.giveRole(given.adaAtAcme, 'Ordering only')
  given.shop.companies.giveRole(given.adaAtAcme, 'Buyer of last resort')
  await chooseAudience(sandbox, given, companiesBy({ roles: ['Buyer of last resort'] }))
  expect(await syncedOf(given)).toEqual(['ada'])
})

test('a customer that leaves a company is excluded with the next comparison, and a deleted company has no contacts', async () => {
  const given = await givenB2bShop()
  const audience = companiesBy({ companies: [named(given.acme), named(given.bolt)] })
  await chooseAudience(sandbox, given, audience)
  expect(await syncedOf(given)).toEqual(['ada', 'ben'])
  given.shop.companies.removeContact(given.adaAtAcme)
  await chooseAudience(sandbox, given, audience)
  expect(await syncedOf(given)).toEqual(['ben'])
  given.shop.companies.remove(given.acme.id)
  given.shop.companies.remove(given.bolt.id)
  await chooseAudience(sandbox, given, audience)
  expect(await syncedOf(given)).toEqual([])
  const { gone } = await loadAudienceOptions(given.domain, (await findShop(given.domain))!.audience)
  expect(gone.map(({ name }) => name)).toEqual(['Acme', 'Bolt'])
})

test('of 6,000 contacts none is missed, although their file is saved in chunks', async () => {
  const given = await givenB2bShop()
  const { customers, companies } = given.shop
  const before = new Set(customers.ascending().map(({ id }) => id))
  customers.createMany(6_000, (i) => ({ email: `m${i}@example.com` }))
  for (const { id } of customers.ascending()) {
    if (!before.has(id)) companies.addContact(given.acme.id, { customerId: id, role: null })
  }
  await chooseAudience(sandbox, given, companiesBy({}))
  await syncToRest(given.domain)
  const [places] = given.shop.bulk.all().filter(({ query }) => query.includes('contacts'))
  expect(Number(places!.fileSize)).toBeGreaterThan(1_000_000)
  const [{ excluded }] = await rowsIn(
    sandbox.databaseUrl,
    `select coalesce(sum(profiles), 0)::int as excluded from profile_count where shop = $1 and state = 'excluded'`,
    [given.domain],
  )
  expect(excluded).toBe(1)
  expect(await given.stateOf(given.eve)).toBe('rule_company')
}, 60_000)

test('segment and company must both match', async () => {
  const given = await givenB2bShop()
  given.shop.segments.setMembers(given.vip.id, [given.ben.id, given.eve.id])
  await chooseAudience(sandbox, given, { ...inAnyOf(given.vip), ...companiesBy({}) })
  expect(await syncedOf(given)).toEqual(['ben'])
})

test('a shop that does not sell to companies is never asked about them, and has no contacts', async () => {
  const given = await givenSegmentShop(sandbox)
  expect((await findShop(given.domain))!.b2b).toBe(false)
  const asked = COMPANY_QUESTIONS.map(given.asked)
  const operations = given.shop.bulk.all().length
  await chooseAudience(sandbox, given, companiesBy({}))
  expect(await syncedOf(given)).toEqual([])
  await chooseAudience(sandbox, given, companiesBy({ who: 'no_contacts' }))
  expect(await syncedOf(given)).toEqual(['ada', 'ben', 'eve'])
  skip(60 * 60_000)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  const options = await loadAudienceOptions(given.domain, defaultAudience)

  expect(options).toMatchObject({ b2b: false, companies: null, roles: null, segments: [{ name: 'VIP' }] })
  expect(asked.map((times) => times())).toEqual([0, 0, 0, 0])
  const queries = given.shop.bulk
    .all()
    .slice(operations)
    .map(({ query }) => query)
  expect(queries.length).toBeGreaterThan(2)
  expect(queries.filter((query) => /compan(ies|yLocations)/.test(query))).toEqual([])
})

test('while it is not known whether a shop sells to companies it is not asked about them, and customers wait for that', async () => {
  const given = await givenB2bShop()
  await chooseAudience(sandbox, given, companiesBy({}))
  await syncToRest(given.domain)
  await forgetWhetherB2b(given)
  const asked = given.asked('CompanyPlaces')
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'ShopFacts' })
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'New' }))
  for (let minute = 0; minute < 5; minute++) {
    await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
    skip(60_000)
  }
  expect([asked(), given.firstName('ada@example.com')]).toEqual([0, 'Old'])
  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)
  expect(given.firstName('ada@example.com')).toBe('New')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
})

test('a shop that no longer sells to companies has no contacts, and is not asked once that is known', async () => {
  const given = await givenB2bShop()
  await chooseAudience(sandbox, given, companiesBy({}))
  await syncToRest(given.domain)
  const asked = given.asked('CompanyPlaces')
  given.shop.setFacts({ b2b: false }) // the webhook about it is lost
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'New' }))
  await syncToRest(given.domain)
  expect([asked(), await given.stateOf(given.ada)]).toEqual([1, 'rule_company'])
  await tell(given.domain, given.shop.customers.update(given.ben.id, { firstName: 'New' }))
  await syncToRest(given.domain)
  expect([asked(), await given.stateOf(given.ben)]).toEqual([1, 'rule_company'])
})

test('a run whose query for companies is refused, because the shop no longer sells to them, continues without', async () => {
  const given = await givenB2bShop()
  given.shop.setFacts({ b2b: false })
  await rowsIn(sandbox.databaseUrl, 'update shop set b2b = true, facts_read_at = now() where domain = $1', [
    given.domain,
  ])
  await chooseAudience(sandbox, given, companiesBy({ who: 'no_contacts' }))
  for (const { id } of [given.acme, given.bolt]) given.shop.companies.remove(id)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 3 })
  expect((await findShop(given.domain))!.b2b).toBe(false)
})

async function forgetWhetherB2b({ domain }: InstalledShop): Promise<void> {
  await rowsIn(sandbox.databaseUrl, 'update shop set b2b = null, facts_read_at = null where domain = $1', [domain])
}

test('all segments, all companies, and each role once can be chosen', async () => {
  const given = await givenB2bShop()
  for (let i = 0; i < 130; i++) given.shop.segments.add({ name: `S${i}`, memberIds: [] })
  for (let i = 0; i < 300; i++) given.shop.companies.add({ name: `C${i}` })
  given.shop.companies.giveRole(given.adaAtAcme, 'Buyer')
  const options = await loadAudienceOptions(given.domain, defaultAudience)
  expect(options.segments).toHaveLength(131)
  expect(options.companies).toHaveLength(302)
  expect(options.companies).toContainEqual(named(given.acme))
  expect(options).toMatchObject({ b2b: true, gone: [], roles: ['Buyer', 'Location admin', 'Ordering only'] })
})

test('when Shopify does not list the choices, that is reported, and none counts as gone', async () => {
  const given = await givenB2bShop()
  const audience = { ...defaultAudience, ...inAnyOf(given.vip), ...companiesBy({ companies: [named(given.acme)] }) }
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, shop: given.domain })
  expect(await loadAudienceOptions(given.domain, audience)).toEqual({
    segments: null,
    gone: [],
    companies: null,
    roles: null,
    b2b: true,
  })
})

test('one shop’s choices do not affect another’s', async () => {
  const given: InstalledShop = await givenB2bShop()
  const other = await givenSegmentShop(sandbox)
  other.shop.segments.remove(other.vip.id)
  expect(given.shop.segments.all()).toHaveLength(1)
  expect(await loadAudienceOptions(other.domain, defaultAudience)).toMatchObject({ segments: [], companies: null })
})
