import { afterEach, expect, test, vi } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { cardStateOf } from '#app/ui/card/card-state.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { reopenApp } from '#test/support/reopen-app.ts'
import { rowsIn } from '#test/support/rows.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

afterEach(() => void vi.restoreAllMocks())

const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const troubleOf = async ({ domain }: InstalledShop) => (await loadSyncCard(domain, clock())).shopifyTrouble

const refusals = [
  ['payment_due', { kind: 'status', status: 402 }],
  ['forbidden', { kind: 'status', status: 403 }],
  ['address_not_allowed', { kind: 'address-refused' }],
  ['shop_not_found', { kind: 'status', status: 404 }],
  ['shop_locked', { kind: 'status', status: 423 }],
  ['unauthorized', { kind: 'status', status: 401 }],
] as const

test.each(refusals)(
  'a change that is refused with %s waits, is shown by that name on the card and in the log, and is sent automatically',
  async (why, fault) => {
    const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 20, seed: 1 }))
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
    sandbox.shopify.faults.cause({ ...fault, shop: given.domain })
    await tell(given.domain, given.shop.customers.update(idOf(given, 0), { firstName: 'New' }))
    await syncOneTurn(given)
    expect(await troubleOf(given)).toMatchObject({ why })
    const card = await loadSyncCard(given.domain, clock())
    expect(cardStateOf(card, Date.now())).toBe('shopify_refuses')
    const lines = written.mock.calls.map(([line]) => String(line))
    expect(lines.filter((line) => line.includes('"event":"shopify_refuses"') && line.includes(why))).toHaveLength(1)

    for (let i = 0; i < 30; i++) {
      skip(10 * MINUTE_MS)
      await syncOneTurn(given)
    }
    expect((await loadSyncCard(given.domain, clock())).parts.otherIssues, 'no attempt is counted').toBe(0)
    sandbox.shopify.faults.clear()
    skip(2 * MINUTE_MS)
    await syncToRest(given.domain)
    expect(await troubleOf(given)).toBeNull()
    await expectLaw(sandbox, given)
  },
)

test.each(refusals)(
  'a first sync that is refused with %s waits for as long as it takes, and says why it has stalled',
  async (why, fault) => {
    const given = await givenInstalledShop(sandbox)
    seedCustomers(given.shop, { count: 20, seed: 2 })
    sandbox.shopify.faults.cause({ ...fault, shop: given.domain })
    await connectKlaviyo(given.domain, given.key, clock())
    for (let i = 0; i < 60; i++) {
      await syncOneTurn(given)
      skip(20 * MINUTE_MS)
    }
    await syncOneTurn(given)
    const card = await loadSyncCard(given.domain, clock())
    expect(card.run).toMatchObject({ state: 'queued', stall: { why } })
    expect(card.shopifyTrouble).toMatchObject({ why })
    sandbox.shopify.faults.clear()
    skip(2 * MINUTE_MS)
    await syncToRest(given.domain)
    expect(await rowsIn(sandbox.databaseUrl, 'select state from sync_run where shop = $1', [given.domain])).toEqual([
      { state: 'finished' },
    ])
    await expectLaw(sandbox, given)
  },
)

test('a shop whose token was stored without an expiry syncs again once the app is opened', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 5, seed: 3 }))
  await rowsIn(sandbox.databaseUrl, 'update "Session" set expires = null where shop = $1', [given.domain])
  skip(2 * HOUR_MS)
  given.shop.tokens.revokeAll()
  await tell(given.domain, given.shop.customers.update(idOf(given, 0), { firstName: 'New' }))
  await reopenApp(sandbox, given)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: 5 })
})

test('a client secret that Shopify does not accept is the operator’s fault, not an access that the merchant could renew', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 5, seed: 5 }))
  skip(2 * HOUR_MS)
  sandbox.shopify.faults.cause({ kind: 'client-refused' })
  await tell(given.domain, given.shop.customers.update(idOf(given, 0), { firstName: 'New' }))
  await syncOneTurn(given)
  expect(await troubleOf(given)).toMatchObject({ why: 'app_refused' })
  sandbox.shopify.faults.clear()
  skip(2 * MINUTE_MS)
  await syncToRest(given.domain)
  expect(await troubleOf(given)).toBeNull()
  await expectLaw(sandbox, given)
})

test('opening the app once brings back a shop whose tokens Shopify revoked', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 5, seed: 4 }))
  skip(MINUTE_MS)
  given.shop.tokens.revokeAll()
  await tell(given.domain, given.shop.customers.update(idOf(given, 0), { firstName: 'New' }))
  await syncOneTurn(given)
  expect(await troubleOf(given)).toMatchObject({ why: 'unauthorized' })
  await reopenApp(sandbox, given)
  skip(2 * MINUTE_MS)
  await syncToRest(given.domain)
  expect(await troubleOf(given)).toBeNull()
  await expectLaw(sandbox, given)
})
