import { expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { type OddShape, oddLines, oddShapes } from '#test/sandbox/shopify/customers/odd-record.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell, tellUndated } from '#test/support/tell.ts'
import { givenLoyalShop } from '../loyalty/given-loyalty.ts'

const sandbox = useSandbox()
const COUNT = 200

const shapes = [...Object.keys(oddShapes), ...Object.keys(oddLines)] as OddShape[]
/** Read like any other, whatever is odd about them. */
const readable: readonly OddShape[] = ['huge-number', 'unknown-enum', 'nul', 'half-pair', 'twice']

const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const membershipsOf = async ({ domain }: InstalledShop, id: string) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select state, code from profile where shop = $1 and customer_id = $2', [
      domain,
      id,
    ])
  )[0]
const runOf = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select * from sync_run where shop = $1 order by requested_at desc limit 1', [
      domain,
    ])
  )[0]

async function givenOdd(how: OddShape, where?: 'file' | 'live') {
  const given = await givenInstalledShop(sandbox)
  seedCustomers(given.shop, { count: COUNT, seed: 5 })
  const id = given.shop.customers.create({ email: 'odd@example.com', firstName: 'Odd' }).id
  sandbox.shopify.faults.cause({ kind: 'odd-record', customer: id, how, ...(where && { where }), shop: given.domain })
  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)
  return { ...given, id }
}

test.each(shapes.filter((how) => how !== 'nameless' && how !== 'other-id' && how !== 'cut-off-early'))(
  'one record that is %s, wherever it is read, keeps no other customer from being delivered',
  async (how) => {
    const given = await givenOdd(how)
    expect(await runOf(given)).toMatchObject({ state: 'finished', read: how === 'twice' ? COUNT + 2 : COUNT + 1 })
    const fits = readable.includes(how) || how === 'cut-off'
    if (readable.includes(how)) expect(await membershipsOf(given, given.id)).toMatchObject({ state: 'synced' })
    else expect(await membershipsOf(given, given.id)).toEqual({ state: 'issue', code: 'unreadable_record' })
    if (!fits) {
      expect(await expectLaw(sandbox, given)).toMatchObject({ customers: COUNT + 1 })
      sandbox.shopify.faults.clear()
      await tell(given.domain, given.shop.customers.update(given.id, { firstName: 'Even' }))
      await syncToRest(given.domain)
      expect(await membershipsOf(given, given.id)).toMatchObject({ state: 'synced' })
      await expectLaw(sandbox, given)
    }
  },
)

test.each(['nameless', 'other-id', 'cut-off-early'] as const)(
  'when a line of the file is %s, so that it names no customer, pages are read instead',
  async (how) => {
    const given = await givenOdd(how, 'file')
    expect(await runOf(given)).toMatchObject({ state: 'finished', by_pages: true, read: COUNT + 1 })
    expect(await membershipsOf(given, given.id)).toMatchObject({ state: 'synced' })
    await expectLaw(sandbox, given)
  },
)

test('lines of children without a parent are skipped', async () => {
  sandbox.shopify.faults.cause({ kind: 'orphan-rows', rows: 7, times: 1 })
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 6 }))
  expect(await runOf(given)).toMatchObject({ state: 'finished', read: 60, by_pages: false })
  await expectLaw(sandbox, given)
})

test.each(shapes.filter((how) => !(how in oddLines)))(
  'of customers that changed together, one whose record is %s delays no other',
  async (how) => {
    const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 30, seed: 8 }))
    const odd = idOf(given, 0)
    sandbox.shopify.faults.cause({ kind: 'odd-record', customer: odd, how, shop: given.domain })
    const changed = Array.from({ length: 10 }, (_, i) =>
      given.shop.customers.update(idOf(given, i), { lastName: 'New' }),
    )
    await tell(given.domain, ...changed)
    await syncToRest(given.domain)
    if (!readable.includes(how)) {
      expect(await membershipsOf(given, odd)).toEqual({ state: 'issue', code: 'unreadable_record' })
      await expectLaw(sandbox, given)
    }
    sandbox.shopify.faults.clear()
    skip(2 * 60 * 60_000)
    await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
    await syncToRest(given.domain)
    expect(await membershipsOf(given, odd)).not.toMatchObject({ code: 'unreadable_record' })
    await expectLaw(sandbox, given)
  },
)

test('a tier with a NUL or half a surrogate pair, which is stored while loyalty activity is on, affects no other customer', async () => {
  const given = await givenLoyalShop(sandbox, 12)
  const [nul, half, ...others] = given.ids()
  given.shop.customers.setLoyalty(nul!, { tier: 'Pla\0tinum' })
  given.shop.customers.setLoyalty(half!, { tier: 'Platinum\ud83d' })
  for (const id of others) given.shop.customers.setLoyalty(id, { points: 300 })
  await tellUndated(given.domain, ...given.ids())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 12 })
  const kept = await rowsIn(
    sandbox.databaseUrl,
    `select delivered from loyalty_value where shop = $1 and delivered->>'points' = $2`,
    [given.domain, '300'],
  )
  expect(kept).toHaveLength(10)
})
