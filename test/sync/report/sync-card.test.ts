import { expect, test } from 'vitest'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import {
  conductToRest,
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  useSandbox,
} from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const conductOnce = ({ domain }: InstalledShop) => conductShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

test('at rest the card’s numbers are the customers’: synced, without an address, malformed, refused', async () => {
  const given = await givenConnectedShop(sandbox, (shop) =>
    seedCustomers(shop, { count: 200, seed: 21, refused: true }),
  )
  const law = await expectLaw(sandbox, given)
  expect(await cardOf(given)).toMatchObject({
    connection: { kind: 'connected' },
    timeZone: 'Europe/Berlin',
    syncedLastDay: law.synced,
    syncedTotal: law.synced,
    noEmail: law.noEmail,
    invalidEmail: law.invalidEmail,
    otherIssues: 0,
    pending: 0,
    run: null,
    throttledUntil: null,
    lastProfileSyncedAt: expect.any(String),
  })
  skip(25 * 60 * 60_000)
  expect(await cardOf(given)).toMatchObject({ syncedLastDay: 0, syncedTotal: law.synced, nextFullSyncAt: null })
})

test.each([5, 60])('a customer who waits counts as pending once, however they wait (%i of them)', async (count) => {
  const given = await givenConnectedShop(sandbox)
  const customers = Array.from({ length: count }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  await tell(given.domain, ...customers)
  expect(await cardOf(given), 'marked').toMatchObject({ pending: count })

  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 60, times: 1 })
  await conductOnce(given)
  expect(await cardOf(given), 'told to wait').toMatchObject({ pending: count, throttledUntil: expect.any(String) })

  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, operations: ['create_or_update_profile'] })
  skip(61_000)
  await conductOnce(given)
  expect(await cardOf(given), 'in an import, or to be tried again').toMatchObject({ pending: count, syncedTotal: 0 })
  await tell(given.domain, ...customers.map(({ id }) => given.shop.customers.update(id, { firstName: 'New' })))
  expect(await cardOf(given), 'changed meanwhile').toMatchObject({ pending: count, syncedTotal: 0 })

  sandbox.klaviyo.faults.clear()
  await conductToRest(given.domain)
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

test('a refused key is on the card, with when', async () => {
  const given = await givenConnectedShop(sandbox)
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId })
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  await conductOnce(given)
  expect(await cardOf(given)).toMatchObject({
    connection: { kind: 'refused', accountName: expect.any(String), refusedAt: expect.any(String) },
    pending: 1,
  })
})
