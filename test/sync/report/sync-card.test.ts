import { expect, test } from 'vitest'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { cardStateOf } from '#app/ui/card/card-state.ts'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
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
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
/** A day later, by hand. */
async function fullSync({ domain }: InstalledShop): Promise<void> {
  skip(25 * 60 * 60_000)
  await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(domain)
}
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

test('at rest the card’s numbers match the customers: synced, without an address, malformed, refused', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    seedCustomers(shop, { count: 200, seed: 21, refused: true }),
  )
  const law = await expectLaw(sandbox, given)
  expect(await cardOf(given)).toMatchObject({
    connection: { kind: 'connected' },
    timeZone: 'Europe/Berlin',
    syncedLastDay: law.synced,
    syncedTotal: law.synced,
    parts: {
      customers: 200,
      inSync: law.synced,
      waiting: 0,
      noEmail: law.noEmail,
      invalidEmail: law.invalidEmail,
      otherIssues: 0,
    },
    pending: 0,
    run: null,
    throttledUntil: null,
    lastProfileSyncedAt: expect.any(String),
  })
  skip(25 * 60 * 60_000)
  expect(await cardOf(given)).toMatchObject({ syncedLastDay: 0, syncedTotal: law.synced, nextFullSyncAt: null })
})

test('the card does not say “Up to date” before every profile is complete, phone numbers included', async () => {
  const given = await givenInstalledShop(sandbox)
  seedCustomers(given.shop, { count: 150, seed: 21 })
  expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
  const differences = async () =>
    checkLaw(
      given.shop,
      sandbox.klaviyo.account(given.accountId),
      await readLockstepRows(sandbox.databaseUrl, given.domain),
    ).differences
  for (;;) {
    const next = await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000), sliceMs: 0 })
    if (cardStateOf(await cardOf(given), Date.now()) === 'idle') expect(await differences()).toEqual([])
    if (!next) break
    skip(next.getTime() - Date.now())
  }
  expect(cardStateOf(await cardOf(given), Date.now())).toBe('idle')
})

test('only what was sent and accepted counts as synced: comparing unchanged customers changes neither count nor time', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 80, seed: 22 }))
  const before = await cardOf(given)
  await fullSync(given)
  await tell(given.domain, given.shop.customers.ascending()[0]!)
  await syncToRest(given.domain)

  const compared = await cardOf(given)
  expect(compared).toMatchObject({ syncedLastDay: 0, syncedTotal: before.syncedTotal })
  expect(compared.lastProfileSyncedAt).toBe(before.lastProfileSyncedAt)

  const changed = [...given.shop.customers.all()].find((one) =>
    one.defaultEmailAddress?.emailAddress.includes('@example.'),
  )!
  await tell(given.domain, given.shop.customers.update(changed.id, { firstName: 'Changed' }))
  await syncToRest(given.domain)
  const synced = await cardOf(given)
  expect(synced.syncedLastDay).toBe(1)
  expect(synced.lastProfileSyncedAt! > before.lastProfileSyncedAt!).toBe(true)
})

test('an excluded customer is in no total any more, although the profile was sent once', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: 'ada@example.com', tags: ['staff'] })
    shop.customers.create({ email: 'ben@example.com' })
  })
  expect(await cardOf(given)).toMatchObject({ syncedTotal: 2, parts: { customers: 2, inSync: 2 } })
  await tell(given.domain, given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { email: null }))
  await syncToRest(given.domain)
  expect(await cardOf(given)).toMatchObject({ syncedTotal: 1, parts: { customers: 2, inSync: 1, noEmail: 1 } })
})

test('each part of the card lists exactly the customers that it counts', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 60, seed: 23, refused: true }))
  const waiting = [...given.shop.customers.all()].filter((one) => one.defaultEmailAddress).slice(0, 7)
  await tell(given.domain, ...waiting.map(({ id }) => given.shop.customers.update(id, { lastName: 'Waits' })))
  const { parts } = await cardOf(given)
  const listed = async (reason: UnsyncedReason) =>
    (await listUnsyncedCustomers(given.domain, { reason, after: null, limit: 200 })).customers.length
  expect({
    inSync: await listed('in_sync'),
    waiting: await listed('waiting'),
    noEmail: await listed('no_email'),
    invalidEmail: await listed('invalid_email'),
    otherIssues: await listed('other'),
  }).toEqual({
    inSync: parts.inSync,
    waiting: parts.waiting,
    noEmail: parts.noEmail,
    invalidEmail: parts.invalidEmail,
    otherIssues: parts.otherIssues,
  })
  expect(parts.customers).toBe(given.shop.customers.count)
})

test('the issues of a run list exactly the customers in which it found them, as long as they are open', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: 'ada@example.com' })
    shop.customers.create({ email: 'no address' })
    shop.customers.create({ email: 'none either' })
  })
  const [run] = await rowsIn(sandbox.databaseUrl, `select id, issues from sync_run where shop = $1 and kind = 'full'`, [
    given.domain,
  ])
  const listed = async () =>
    (await listUnsyncedCustomers(given.domain, { reason: 'run', run: run.id, after: null, limit: 10 })).customers
  expect(run.issues).toBe(2)
  expect(await listed()).toHaveLength(2)
  await fullSync(given)
  expect(await listed(), 'found again by another run').toHaveLength(2)
  const [, second] = given.shop.customers.ascending()
  await tell(given.domain, given.shop.customers.update(second!.id, { email: 'ben@example.com' }))
  await tell(given.domain, given.shop.customers.create({ email: 'later, and not of the run' }))
  await syncToRest(given.domain)
  expect((await listed()).map(({ customerId }) => customerId)).toEqual([given.shop.customers.ascending()[2]!.id])
})

test.each([5, 60])('a customer who waits counts as pending once, however they wait (%i of them)', async (count) => {
  const given = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: count }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  await tell(given.domain, ...customers)
  expect(await cardOf(given), 'marked').toMatchObject({ pending: count })

  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 60, times: 1 })
  await syncOneTurn(given)
  expect(await cardOf(given), 'told to wait').toMatchObject({ pending: count, throttledUntil: expect.any(String) })

  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, operations: ['create_or_update_profile'] })
  skip(61_000)
  await syncOneTurn(given)
  expect(await cardOf(given), 'in an import, or to be tried again').toMatchObject({ pending: count, syncedTotal: 0 })
  await tell(given.domain, ...customers.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))
  expect(await cardOf(given), 'changed meanwhile').toMatchObject({ pending: count, syncedTotal: 0 })

  sandbox.klaviyo.faults.clear()
  await syncToRest(given.domain)
  expect(await cardOf(given)).toMatchObject({ pending: 0, syncedTotal: count, syncedLastDay: count })
})

test('a shop that is not connected, or no longer, says so', async () => {
  const given = await givenInstalledShop(sandbox)
  expect(await cardOf(given)).toMatchObject({ connection: { kind: 'none' }, syncedTotal: 0, lastProfileSyncedAt: null })
  const connected = await givenConnectedShop(sandbox, (shop) => seedCustomers(shop, { count: 10, seed: 1 }))
  const { syncedTotal } = await cardOf(connected)
  await disconnectKlaviyo(connected.domain, clock())
  expect(await cardOf(connected)).toMatchObject({ connection: { kind: 'none' }, syncedTotal, run: null })
})

test('a refused key is on the card, with the time', async () => {
  const given = await givenConnectedShop(sandbox)
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId })
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  await syncOneTurn(given)
  expect(await cardOf(given)).toMatchObject({
    connection: { kind: 'refused', accountName: expect.any(String), refusedAt: expect.any(String) },
    pending: 1,
  })
})
