import { expect, test, vi } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { welcomeShop } from '#app/sync/connection/welcome-shop.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
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

const sandbox = useSandbox()
useDoor(sandbox)

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const shopRow = async ({ domain }: InstalledShop) =>
  (await rowsIn(sandbox.databaseUrl, 'select * from shop where domain = $1', [domain]))[0]
const runsOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select trigger, state, failure from sync_run where shop = $1 order by requested_at', [
    domain,
  ])
const sessionsOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select * from "Session" where shop = $1', [domain])

async function uninstall({ shop }: InstalledShop): Promise<void> {
  shop.uninstall()
  await shop.webhooks.flush()
}

test('a shop that opens the app is installed once, however often it is opened', async () => {
  const given = await givenInstalledShop(sandbox)
  const { installed_at } = await shopRow(given)
  skip(60_000)
  await Promise.all([1, 2, 3].map(() => welcomeShop(given.domain, clock())))
  expect((await shopRow(given)).installed_at).toEqual(installed_at)
  expect(await runsOf(given)).toEqual([])
})

test('the shop’s time zone is known from the first page on, before Klaviyo is connected', async () => {
  const given = await givenInstalledShop(sandbox)
  expect(await shopRow(given)).toMatchObject({ time_zone: 'Europe/Berlin' })
})

test('a shop’s name and time zone are read in its first turn, and again when they change', async () => {
  const given = await givenConnectedShop(sandbox)
  expect(await shopRow(given)).toMatchObject({
    name: given.shop.facts.name,
    time_zone: 'Europe/Berlin',
    currency: 'EUR',
  })
  given.shop.webhooks.automatic = true
  given.shop.setFacts({ name: 'Ada & Sons', timeZone: 'America/New_York' })
  await given.shop.webhooks.flush()
  await syncToRest(given.domain)
  await syncOneTurn(given)
  expect(await shopRow(given)).toMatchObject({ name: 'Ada & Sons', time_zone: 'America/New_York' })
})

test('when the app is removed no token of the shop remains, its run ends, and no worker works on it any more', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 30, seed: 1 }))
  await connectKlaviyo(given.domain, given.key, clock())
  expect(await sessionsOf(given)).toHaveLength(1)

  await uninstall(given)

  expect(await sessionsOf(given)).toEqual([])
  expect((await runsOf(given)).at(-1)).toMatchObject({ state: 'cancelled', failure: 'uninstalled' })
  const [calls, asked] = [callsSince(sandbox, given.accountId), sandbox.shopify.log.all().length]
  skip(60 * 60_000)
  expect(await syncOneTurn(given)).toBeNull()
  expect(calls()).toEqual([])
  expect(sandbox.shopify.log.all()).toHaveLength(asked)
})

test.each([
  [30, 'create_or_update_profile'],
  [60, 'bulk_import_profiles'],
] as const)('a removal in the middle of sending %i profiles stops the next call', async (count, operation) => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: [operation] })
  const slow = sandbox.klaviyo.faults.standing[0]!
  const calls = callsSince(sandbox, given.accountId)

  const turn = (async () => {
    for (let i = 0; i < 5; i++) {
      await syncOneTurn(given)
      skip(1_000)
    }
  })()
  await vi.waitUntil(() => slow.struck > 0, { timeout: 20_000 })
  await uninstall(given)
  const onTheirWay = slow.struck
  await turn

  expect(slow.struck, 'calls begun after the removal').toBe(onTheirWay)
  expect(calls(operation).length).toBeLessThanOrEqual(onTheirWay)
  await uninstall(given)
})

test('a shop that is reinstalled with its connection is synced in full, because it has missed changes', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 2 }))
  await uninstall(given)
  for (const { id } of [...given.shop.customers.all()].slice(0, 20))
    given.shop.customers.update(id, { firstName: 'Missed' })
  given.shop.customers.create({ email: 'new@example.com' })
  skip(10 * 60_000)

  await reopenApp(sandbox, given)
  await syncToRest(given.domain)

  expect((await runsOf(given)).at(-1)).toMatchObject({ trigger: 'connecting', state: 'finished' })
  await expectLaw(sandbox, given)
})

test('an installation that fails halfway is completed when the app is opened next', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 20, seed: 2 }))
  await uninstall(given)
  for (const { id } of [...given.shop.customers.all()]) given.shop.customers.update(id, { firstName: 'Missed' })
  await rowsIn(
    sandbox.databaseUrl,
    `create function refuse_run() returns trigger language plpgsql as 'begin raise exception ''no run today''; end'`,
  )
  await rowsIn(
    sandbox.databaseUrl,
    'create trigger refuse_run before insert on sync_run for each row execute function refuse_run()',
  )
  await expect(reopenApp(sandbox, given)).rejects.toThrow('no run today')
  await rowsIn(sandbox.databaseUrl, 'drop trigger refuse_run on sync_run')

  await reopenApp(sandbox, given)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a shop that is reinstalled without a connection waits for one', async () => {
  const given = await givenInstalledShop(sandbox)
  await uninstall(given)
  await reopenApp(sandbox, given)
  expect(await runsOf(given)).toEqual([])
  expect(await shopRow(given)).toMatchObject({ uninstalled_at: null })
})

test('an import that was under way when the app was removed is settled when the shop is reinstalled', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  for (let i = 0; i < 4; i++) {
    await syncOneTurn(given)
    skip(1_000)
  }
  await uninstall(given)
  for (const { id } of given.shop.customers.all()) given.shop.customers.update(id, { firstName: 'New' })

  await reopenApp(sandbox, given)
  await syncOneTurn(given)
  skip(30_000)
  await syncOneTurn(given)
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)

  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a repeated webhook about a removal changes nothing', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 10, seed: 3 }))
  await uninstall(given)
  const { uninstalled_at } = await shopRow(given)
  skip(60_000)
  given.shop.webhooks.send('app/uninstalled')
  await given.shop.webhooks.flush()
  expect((await shopRow(given)).uninstalled_at).toEqual(uninstalled_at)
})
