import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { isRuleCode } from '#app/core/issue/reason-code.ts'
import type { UnsyncedCustomer, UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import type { Audience } from '#app/core/settings/audience.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { leavingOut, wanting } from '#test/core/settings/given-audience.ts'
import type { CustomerFields } from '#test/sandbox/shopify/customers/customer.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenConnectedShop, givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'
import { address, email, givenAda, looksAt, saveChosenAudience } from './given-audience-shop.ts'

const sandbox = useSandbox()

const connecting = { kind: 'full', trigger: 'connecting', state: 'finished' }
const comparison = { kind: 'reconcile', trigger: 'settings_changed', state: 'finished' }

const audience: readonly (readonly [string, Partial<Audience>, CustomerFields, CustomerFields])[] = [
  ['rule_tags', wanting('gold'), { tags: ['VIP'] }, { tags: ['VIP', 'Gold'] }],
  ['rule_tags', leavingOut('🐝 "vip"'), { tags: ['🐝 "VIP"'] }, { tags: [] }],
  ['rule_account_state', { accountStates: ['ENABLED', 'INVITED'] }, { state: 'DISABLED' }, { state: 'INVITED' }],
  [
    'rule_consent',
    { consent: 'subscribed' },
    { defaultEmailAddress: email('ada@example.com', 'NOT_SUBSCRIBED') },
    { defaultEmailAddress: email('ada@example.com', 'SUBSCRIBED') },
  ],
  [
    'rule_consent',
    { consent: 'not_unsubscribed' },
    { defaultEmailAddress: email('ada@example.com', 'UNSUBSCRIBED') },
    { defaultEmailAddress: email('ada@example.com', 'PENDING') },
  ],
  ['rule_country', { countries: ['FR'] }, { defaultAddress: address('DE') }, { defaultAddress: address('FR') }],
]

test.each(audience)(
  '%s: saved, it excludes customers that do not match, and keeps their profiles as they are',
  async (code, rule, out) => {
    const given = await givenAda(sandbox, out)
    const before = given.profile()
    const calls = given.calls().length
    await saveChosenAudience(given, rule)
    await syncToRest(given.domain)

    expect(await given.stateOf()).toEqual({ state: 'excluded', code })
    expect(await given.runs()).toMatchObject([connecting, { ...comparison, pushed: 0, excluded: 1 }])
    expect(given.profile()).toEqual(before)
    expect(given.calls().length, 'Klaviyo is asked nothing').toBe(calls)
    expect(await loadSyncCard(given.domain, clock())).toMatchObject({
      parts: { customers: 1, inSync: 0, leftOut: { [code]: 1 }, noEmail: 0, otherIssues: 0 },
    })
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 0, byRule: 1 })
  },
)

test.each(audience)(
  '%s: a change that makes a customer match brings it in sync at once',
  async (_, rule, out, back) => {
    const given = await givenAda(sandbox, out)
    await saveChosenAudience(given, rule)
    await syncToRest(given.domain)
    const changed = given.shop.customers.update(given.ada.id, { ...back, firstName: 'Back' })
    await tell(given.domain, changed)
    await syncToRest(given.domain)

    expect(given.profile()?.attributes.first_name).toBe('Back')
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, byRule: 0 })
  },
)

test.each(audience)(
  '%s: a change that makes a customer stop matching excludes it at once',
  async (code, rule, out, back) => {
    const given = await givenAda(sandbox, back)
    await saveChosenAudience(given, rule)
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, byRule: 0 })
    const before = given.profile()

    await tell(given.domain, given.shop.customers.update(given.ada.id, { ...out, firstName: 'Left' }))
    await syncToRest(given.domain)
    expect(await given.stateOf()).toEqual({ state: 'excluded', code })
    expect(given.profile(), 'nothing is deleted, unsubscribed or written').toEqual(before)
    expect(await expectLaw(sandbox, given)).toMatchObject({ byRule: 1 })
  },
)

test('a webhook about a removed tag reports no time: the customer is excluded all the same', async () => {
  const given = await givenAda(sandbox)
  await saveChosenAudience(given, wanting('vip'))
  await syncToRest(given.domain)
  given.shop.customers.removeTags(given.ada.id, 'VIP')
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
  expect(await given.stateOf()).toEqual({ state: 'excluded', code: 'rule_tags' })
  await expectLaw(sandbox, given)
})

test('rules that include all customers again bring excluded ones in sync, with what changed meanwhile', async () => {
  const given = await givenAda(sandbox, { tier: 'Gold' })
  await saveChosenAudience(given, wanting('gold'))
  await syncToRest(given.domain)
  given.shop.customers.setLoyalty(given.ada.id, { tier: null })
  await saveChosenAudience(given, {})
  await syncToRest(given.domain)

  expect(Object.keys(given.profile()!.attributes.properties)).not.toContain('loyalty_tier')
  expect(await given.runs()).toMatchObject([connecting, { ...comparison, excluded: 1 }, { ...comparison, pushed: 1 }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, byRule: 0 })
})

test('saving equivalent rules compares no customers', async () => {
  const given = await givenAda(sandbox)
  await saveChosenAudience(given, {})
  expect(await saveChosenAudience(given, { accountStates: [] })).toEqual({
    kind: 'saved',
    setting: 'audience',
    compares: false,
  })
  expect(await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })).toBeNull()
  expect(await given.runs()).toMatchObject([connecting])
})

test('a customer without an address is excluded by the rule first, and for the missing address when the rule is removed', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ phone: '+493012345678' })
    shop.customers.create({ email: 'ben@@example', tags: ['vip'] })
  })
  expect(await expectLaw(sandbox, given)).toMatchObject({ noEmail: 1, invalidEmail: 1 })
  await saveChosenAudience(given, wanting('vip'))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ byRule: 1, noEmail: 0, invalidEmail: 1 })
  await saveChosenAudience(given, {})
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ byRule: 0, noEmail: 1, invalidEmail: 1 })
})

test('of many customers, each is excluded by the first rule that it does not match, and the sums are right', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 600, seed: 9 }))
  await saveChosenAudience(given, {
    accountStates: ['DISABLED', 'ENABLED'],
    consent: 'not_unsubscribed',
    countries: ['DE', 'FR', 'US', 'GB'],
  })
  await syncToRest(given.domain)
  const law = await expectLaw(sandbox, given)
  expect(law.byRule).toBeGreaterThan(0)
  expect(law.synced).toBeGreaterThan(0)
  const listed = (reason: UnsyncedReason) => everyPageOf(given.domain, reason)
  const all = await listed('rules')
  expect(all).toHaveLength(law.byRule)
  expect(all.every(({ code }) => code && isRuleCode(code))).toBe(true)
  expect(await listed('other')).toEqual([])
  const one = await listed('rule_consent')
  expect(one.length).toBeGreaterThan(0)
  expect(one).toEqual(all.filter(({ code }) => code === 'rule_consent'))
})

async function everyPageOf(shop: ShopDomain, reason: UnsyncedReason): Promise<UnsyncedCustomer[]> {
  const found: UnsyncedCustomer[] = []
  for (let after: string | null = null; ; ) {
    const { customers, next } = await listUnsyncedCustomers(shop, { reason, after, limit: 90 })
    found.push(...customers)
    after = next
    if (after === null) return found
  }
}

test('rules that no customer matches exclude all, and change nothing in Klaviyo', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(120, (i) => ({ email: `c${i}@example.com` })),
  )
  const { size } = sandbox.klaviyo.account(given.accountId)
  await saveChosenAudience(given, wanting('nobody has this'))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 0, byRule: 120 })
  expect(sandbox.klaviyo.account(given.accountId).size).toBe(size)
})

test('without a connection the rules are kept for the first sync', async () => {
  const installed = await givenInstalledShop(sandbox)
  installed.shop.customers.create({ email: 'ada@example.com' })
  installed.shop.customers.create({ email: 'ben@example.com', tags: ['vip'] })
  await saveChosenAudience(installed, wanting('vip'))
  await connectKlaviyo(installed.domain, installed.key, clock())
  await syncToRest(installed.domain)
  expect(looksAt(sandbox, installed).profile()).toBeUndefined()
  expect(await expectLaw(sandbox, installed)).toMatchObject({ synced: 1, byRule: 1 })
})

test('the rules of one shop do not affect another', async () => {
  const [one, other] = [await givenAda(sandbox), await givenAda(sandbox)]
  await saveChosenAudience(one, wanting('gold'))
  await syncToRest(one.domain)
  await syncToRest(other.domain)
  expect(await expectLaw(sandbox, one)).toMatchObject({ byRule: 1 })
  expect(await expectLaw(sandbox, other)).toMatchObject({ synced: 1, byRule: 0 })
})
