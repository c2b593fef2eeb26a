import { expect, test } from 'vitest'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()
const HOUR_MS = 60 * 60_000

const ADA = {
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'L',
  phone: '+493012345678',
  points: 12,
  tier: 'Gold',
}

async function givenAda() {
  let id = ''
  const given = await givenConnectedShop(sandbox, (shop) => {
    id = shop.customers.create(ADA).id
  })
  return { ...given, id }
}

const attributesOf = ({ accountId }: InstalledShop) =>
  sandbox.klaviyo.account(accountId).profileByEmail('ada@example.com')!.attributes

const withheld = {
  'a name': ['Customer.firstName', 'firstName'],
  'a phone number': ['Customer.defaultPhoneNumber', 'defaultPhoneNumber'],
  'an address': ['Customer.defaultAddress', 'defaultAddress'],
  'what must not be null': ['Customer.tags', 'tags'],
  metafields: ['Customer.metafield', 'loyalty.points, loyalty.tier'],
} as const

test.each(Object.entries(withheld))(
  'while Shopify withholds %s nothing is cleared in Klaviyo, the field is shown to the merchant, and once access is granted all is sent automatically',
  async (_what, [field, words]) => {
    const given = await givenAda()
    const before = structuredClone(attributesOf(given))
    sandbox.shopify.faults.cause({ kind: 'field-denied', fields: [field] })
    await tell(given.domain, given.shop.customers.addTags(given.id, 'vip'))
    await syncToRest(given.domain)

    expect(attributesOf(given)).toEqual(before)
    expect(await expectLaw(sandbox, given)).toMatchObject({ otherIssues: 1, synced: 0 })
    const page = await listUnsyncedCustomers(given.domain, { reason: 'other', after: null, limit: 10 })
    expect(page.customers).toMatchObject([{ code: 'fields_withheld', words }])
    const card = await loadSyncCard(given.domain, clock())
    expect(card.shopifyTrouble).toMatchObject({ why: 'fields_withheld', words })

    skip(HOUR_MS)
    await syncToRest(given.domain)
    expect(attributesOf(given), 'it was looked, and nothing had changed').toEqual(before)

    sandbox.shopify.faults.clear()
    skip(HOUR_MS)
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, otherIssues: 0 })
    expect((await loadSyncCard(given.domain, clock())).shopifyTrouble).toBeNull()
  },
)

test.each(Object.entries(withheld))(
  'a run over customers for which Shopify withholds %s clears nothing either',
  async (_what, [field, words]) => {
    const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 40, seed: 3 }))
    const profiles = () =>
      structuredClone([...sandbox.klaviyo.account(given.accountId).profiles()].map(({ attributes }) => attributes))
    const before = profiles()
    skip(2 * HOUR_MS)
    sandbox.shopify.faults.cause({ kind: 'field-denied', fields: [field] })
    await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
    for (let turn = 0; turn < 20; turn++) {
      await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
      skip(30_000)
    }
    expect(profiles()).toEqual(before)
    expect((await loadSyncCard(given.domain, clock())).shopifyTrouble).toMatchObject({
      words: field === 'Customer.metafield' ? expect.anything() : words,
    })
    sandbox.shopify.faults.clear()
    skip(HOUR_MS)
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ otherIssues: 0 })
    expect((await loadSyncCard(given.domain, clock())).shopifyTrouble).toBeNull()
  },
)

test('customers that were never reported are sent once access is granted, although the first run was refused', async () => {
  sandbox.shopify.faults.cause({ kind: 'field-denied', fields: ['Customer.lastName'] })
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 40, seed: 4 }))
  expect([...sandbox.klaviyo.account(given.accountId).profiles()]).toEqual([])
  expect(await expectLaw(sandbox, given)).toMatchObject({ otherIssues: 40 })
  sandbox.shopify.faults.clear()
  skip(HOUR_MS)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ otherIssues: 0 })
  const [run] = await rowsIn(sandbox.databaseUrl, 'select state, by_pages from sync_run where shop = $1', [
    given.domain,
  ])
  expect(run).toEqual({ state: 'finished', by_pages: true })
})
