// First: it sets what the app's configuration reads.
import '#test/support/app-key.ts'
import { beforeEach, expect, test } from 'vitest'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { cardStateOf } from '#app/ui/card/card-state.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { enterAppKey } from '#test/support/app-key.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()
const DAY_MS = 24 * 60 * 60_000

beforeEach(() => enterAppKey(sandbox.shopify))

const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())

/** A shop that nobody has opened for so long that its refresh token has expired, and a customer that has changed since. */
async function givenForgottenShop(seed: number): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 20, seed }))
  skip(91 * DAY_MS)
  await tell(given.domain, given.shop.customers.update(idOf(given, 0), { firstName: 'New' }))
  return given
}

test('a shop whose session is dead goes on syncing with the app’s key, and nothing on its card says otherwise', async () => {
  const given = await givenForgottenShop(1)
  await syncToRest(given.domain)
  const card = await cardOf(given)
  expect(card).toMatchObject({ shopifyTrouble: null, liveStall: null, pending: 0 })
  expect(cardStateOf(card, Date.now())).toBe('idle')
  await expectLaw(sandbox, given)
})

test('a full sync runs on the app’s key, too', async () => {
  const given = await givenForgottenShop(2)
  const start = await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  expect(start).toMatchObject({ kind: 'started' })
  await syncToRest(given.domain)
  expect(await cardOf(given)).toMatchObject({ run: null, shopifyTrouble: null, fullSyncFailedAt: null })
  await expectLaw(sandbox, given)
})

test('a key that Shopify does not know is the operator’s fault: changes wait and are sent once it is entered', async () => {
  const given = await givenForgottenShop(3)
  enterAppKey(sandbox.shopify, 'other')
  await syncOneTurn(given)
  expect((await cardOf(given)).shopifyTrouble).toMatchObject({ why: 'app_refused' })
  enterAppKey(sandbox.shopify)
  skip(2 * 60_000)
  await syncToRest(given.domain)
  expect((await cardOf(given)).shopifyTrouble).toBeNull()
  await expectLaw(sandbox, given)
})

test('a shop without the app is not brought back by the key', async () => {
  const given = await givenForgottenShop(4)
  given.shop.uninstall()
  await syncOneTurn(given)
  expect((await cardOf(given)).shopifyTrouble).toMatchObject({ why: 'unauthorized' })
})
