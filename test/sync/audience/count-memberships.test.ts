import { expect, test } from 'vitest'
import type { Audience } from '#app/core/settings/audience.ts'
import { countMatching } from '#app/sync/report/count-customers.ts'
import { contacts, givenAudience, wanting } from '#test/core/settings/given-audience.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock } from '#test/support/clock.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const sandbox = useSandbox()

const MANY = 2_000

/** Asks until all memberships are collected, as the page does. */
async function counted(given: InstalledShop, audience: Partial<Audience>) {
  const asking = { audience: givenAudience(audience), again: false, clock, signal: new AbortController().signal }
  for (;;) {
    const answer = await countMatching(given.domain, asking)
    if (answer.kind === 'counted') return answer
    if (answer.kind !== 'preparing') throw new Error(answer.kind)
    for (const operation of given.shop.bulk.all()) if (operation.isOpen) await given.shop.bulk.finished(operation.id)
  }
}

async function givenBusinesses() {
  const given = await givenInstalledShop(sandbox, { b2b: true })
  const { shop } = given
  seedCustomers(shop, { count: MANY, seed: 3 })
  const all = shop.customers.ascending()
  const [one, other] = [[0, 3] as const, [1, 5] as const].map(([offset, every]) => {
    const memberIds = all.filter((_, i) => i % every === offset).map(({ id }) => id)
    return { ...shop.segments.add({ name: `Every ${every}`, memberIds }), members: new Set(memberIds) }
  })
  return { ...given, one: one!, other: other! }
}

const named = ({ id, name }: { id: string; name: string }) => ({ id, name })
const isContact = ({ companyContactProfiles }: Customer) => companyContactProfiles.length > 0

test('segments, companies and roles match the customers that a count by hand finds, alone and with other rules', async () => {
  const given = await givenBusinesses()
  const { shop, one, other } = given
  const acme = shop.companies.all()[0]!
  const atAcme = ({ companyContactProfiles }: Customer) =>
    companyContactProfiles.some(({ company }) => company.id === acme.id)
  const cases: readonly (readonly [string, Partial<Audience>, (customer: Customer) => boolean])[] = [
    ['a segment', { segments: [named(one)] }, ({ id }) => one.members.has(id)],
    ['two segments', { segments: [one, other].map(named) }, ({ id }) => one.members.has(id) || other.members.has(id)],
    ['contacts', contacts(), isContact],
    ['no contacts', contacts({ who: 'no_contacts' }), (customer) => !isContact(customer)],
    ['a company', contacts({ companies: [named(acme)] }), atAcme],
    ['a role', contacts({ roles: ['Ordering only'] }), isContact],
    ['a role that nobody has', contacts({ roles: ['Chef'] }), () => false],
    [
      'a segment, contacts and a consent',
      { segments: [named(one)], ...contacts(), consent: 'not_unsubscribed' },
      (customer) =>
        one.members.has(customer.id) &&
        isContact(customer) &&
        customer.defaultEmailAddress?.marketingState !== 'UNSUBSCRIBED',
    ],
  ]
  for (const [what, audience, isMatch] of cases) {
    const matching = [...shop.customers.all()].filter(isMatch).length
    expect({ what, ...(await counted(given, audience)) }).toMatchObject({ what, total: MANY, matching })
  }
})

test('a deleted segment has no members', async () => {
  const given = await givenBusinesses()
  const segments = [named(given.one)]
  given.shop.segments.remove(given.one.id)
  expect(await counted(given, { segments })).toMatchObject({ total: MANY, matching: 0 })
})

test('two counts by different segments at once both return the right result', async () => {
  const given = await givenBusinesses()
  const { one, other } = given
  await counted(given, {})
  const asked = [one, other, one, other].map((segment) => counted(given, { segments: [named(segment)] }))
  const [a, b] = [one.members.size, other.members.size]
  expect((await Promise.all(asked)).map(({ matching }) => matching)).toEqual([a, b, a, b])
})

test('a shop that does not sell to companies is not asked for any', async () => {
  const given = await givenInstalledShop(sandbox)
  seedCustomers(given.shop, { count: 50, seed: 3 })
  await counted(given, wanting('vip'))
  expect(given.shop.bulk.all()).toHaveLength(1)
})
