import { expect, test } from 'vitest'
import { noLimit } from '#app/core/flow/new-profiles.ts'
import { customerNumber } from '#app/core/ids.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { noMemberships } from '#app/core/profile/memberships.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import { findTurnInputs } from '#app/store/connections.ts'
import { transaction } from '#app/store/database.ts'
import { openCredential } from '#app/sync/connection/open-credential.ts'
import { deliverBatch } from '#app/sync/deliver/deliver-batch.ts'
import { saveSettled, settledCustomers } from '#app/sync/deliver/settle-batch.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { skipToNight } from '#test/support/night.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { mapped, saveMapped } from '../mapping/given-mapped-shop.ts'
import { chooseLoyalty, givenLoyalShop, looksAt, points, tier } from './given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

test('points and a tier that change are one event each, with old and new value', async () => {
  const given = await givenLoyalShop(sandbox)
  expect(given.recorded(), 'what is known for the first time has not changed').toEqual([])
  await given.change({ points: 300, tier: 'Black' })
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([points(250, 300), tier('Gold', 'Black')])
  expect(given.recordedOf('c0@example.com')).toHaveLength(2)
  expect(sandbox.klaviyo.account(given.accountId).size, 'an event makes no profile').toBe(1)
  expect(await given.waiting()).toEqual([])
  await expectLaw(sandbox, given)
})

test('several changes before a delivery are one event, from the first value to the last', async () => {
  const given = await givenLoyalShop(sandbox)
  for (const now of [260, 270, 300]) await given.change({ points: now })
  await syncToRest(given.domain)
  await given.change({ points: 290 })
  await given.change({ points: 300 })
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([points(250, 300)])
})

test('each delivery with a new value is an event, the older before the newer', async () => {
  const given = await givenLoyalShop(sandbox)
  for (const now of [300, 200, 300]) {
    await given.change({ points: now })
    await syncToRest(given.domain)
  }
  expect(given.recorded()).toEqual([points(250, 300), points(300, 200), points(200, 300)])
})

test('other fields that change are no event', async () => {
  const given = await givenLoyalShop(sandbox)
  await tell(given.domain, given.shop.customers.update(given.ids()[0]!, { firstName: 'New' }))
  await syncToRest(given.domain)

  expect(sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')?.attributes.first_name).toBe('New')
  expect(given.calls('create_event')).toHaveLength(0)
})

test('a value that is removed, or added, is no event; later changes are', async () => {
  const given = await givenLoyalShop(sandbox)
  for (const now of [{ points: null }, { points: 100 }]) {
    await given.change(now)
    await syncToRest(given.domain)
  }
  expect(given.recorded()).toEqual([])
  await given.change({ points: 120 })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([points(100, 120)])
})

test('with loyalty activity off, nothing is recorded and nothing is kept', async () => {
  const installed = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.create({ email: 'c0@example.com', points: 250 }),
  )
  const given = { ...installed, ...looksAt(sandbox, installed) }
  await given.change({ points: 300 })
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([])
  expect(await given.values()).toEqual([])
})

test('when it is switched off, the values are forgotten and so are the waiting events', async () => {
  const given = await givenLoyalShop(sandbox)
  expect(await given.values()).toEqual([{ customer_id: given.ids()[0], points: 250, tier: 'Gold' }])
  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 600, operations: ['create_event'] })
  await given.change({ points: 300 })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(await given.waiting()).toHaveLength(1)

  expect(await chooseLoyalty(given, { on: false })).toEqual({ kind: 'saved', setting: 'loyalty', compares: false })
  expect([await given.values(), await given.waiting()]).toEqual([[], []])
  sandbox.klaviyo.faults.clear()
  await given.change({ points: 400 })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([])

  await chooseLoyalty(given)
  await syncToRest(given.domain)
  await given.change({ points: 500 })
  await syncToRest(given.domain)
  expect(given.recorded(), 'what changed while it was off is nobody’s news').toEqual([points(400, 500)])
})

test('what a full sync finds changed is recorded as past, and starts no flow', async () => {
  const given = await givenLoyalShop(sandbox)
  skip(61 * 60_000)
  given.shop.customers.setLoyalty(given.ids()[0]!, { points: 300, tier: 'Black' })
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([points(250, 300, true), tier('Gold', 'Black', true)])
  await given.change({ points: 310 })
  await syncToRest(given.domain)
  expect(given.recorded().at(-1)).toEqual(points(300, 310))
})

test('an older read that arrives late records no change', async () => {
  const given = await givenLoyalShop(sandbox)
  skip(61 * 60_000)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  const runState = async () =>
    (
      await rowsIn(
        sandbox.databaseUrl,
        'select state from sync_run where shop = $1 order by requested_at desc limit 1',
        [given.domain],
      )
    )[0].state
  while ((await runState()) !== 'reading') await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  skip(1_000) // Shopify has written its file
  await given.change({ points: 300 })
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([points(250, 300)])
  expect(await given.values()).toMatchObject([{ points: 300 }])
})

test('a delivery that is settled after a newer one records no change', async () => {
  const given = await givenLoyalShop(sandbox)
  const readAt = clock()
  const inputs = (await findTurnInputs(given.domain))!
  const credential = openCredential(inputs.credential, clock)
  const turn = { shop: given.domain, policy: inputs.policy, credential, clock, signal: AbortSignal.timeout(30_000) }
  await given.change({ points: 275 })
  const customerId = customerNumber.parse(given.ids()[0])
  const shown = await readCustomers(given.domain, [customerId], metafieldsRead(inputs.policy.mapping.mapping))
  const customer = shown.kind === 'answered' ? (shown.data[0] as Customer) : null
  const batch = await deliverBatch(
    turn,
    [
      {
        customerId,
        customer,
        unreadable: null,
        memberships: noMemberships,
        newestSeenAt: null,
        attempt: 1,
        singleOnly: false,
        heard: null,
      },
    ],
    {
      readAt,
      run: null,
      purpose: { kind: 'live' },
      importSize: null,
      newProfiles: noLimit,
    },
  )
  await given.change({ points: 300 })
  await syncToRest(given.domain)
  const now = clock()
  await transaction((on) =>
    saveSettled(
      given.domain,
      settledCustomers(batch, now),
      { readAt, batch, automatic: [], ofRun: [], isLive: true, now },
      on,
    ),
  )
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([points(250, 300)])
  expect(await given.values()).toMatchObject([{ points: 300 }])
})

test('what a comparison finds changed starts flows', async () => {
  const given = await givenLoyalShop(sandbox)
  given.shop.customers.setLoyalty(given.ids()[0]!, { points: 300 })
  await saveMapped(given, { values: [mapped('points'), mapped('tier')] })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([points(250, 300)])
})

test('what the nightly comparison finds changed starts flows', async () => {
  const given = await givenLoyalShop(sandbox, 1, { nightly: true })
  given.shop.customers.setLoyalty(given.ids()[0]!, { points: 300 })
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([points(250, 300)])
})

test('of many customers in an import, each change is an event once the import is settled', async () => {
  const given = await givenLoyalShop(sandbox, 120)
  await given.change({ points: 300 }, 120)
  await syncToRest(given.domain)

  expect(given.calls('bulk_import_profiles')).toHaveLength(1)
  expect(given.recorded()).toEqual(Array.from({ length: 120 }, () => points(250, 300)))
  for (let i = 0; i < 120; i++) expect(given.recordedOf(`c${i}@example.com`)).toHaveLength(1)
  await expectLaw(sandbox, given)
})

test('for customers that an import failed on, events are recorded once they are delivered', async () => {
  const given = await givenLoyalShop(sandbox, 60)
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c0@example.com', 'c1@example.com'], times: 1 })
  await given.change({ points: 300 }, 60)
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual(Array.from({ length: 60 }, () => points(250, 300)))
  expect(
    await rowsIn(sandbox.databaseUrl, 'select 1 from loyalty_value where shop = $1 and request is not null', [
      given.domain,
    ]),
  ).toEqual([])
})

test('an import of a full sync that is lost still starts no flow', async () => {
  const given = await givenLoyalShop(sandbox, 60)
  skip(61 * 60_000)
  for (const id of given.ids()) given.shop.customers.setLoyalty(id, { points: 300 })
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: ['c0@example.com'], times: 1 })
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual(Array.from({ length: 60 }, () => points(250, 300, true)))
  await given.change({ points: 310 })
  await syncToRest(given.domain)
  expect(given.recorded().at(-1)).toEqual(points(300, 310))
})

test('a metafield that is no longer sent records no event, nor does the first value of a newly chosen one', async () => {
  const given = await givenLoyalShop(sandbox)
  await saveMapped(given, { values: [mapped('tier', 'loyalty_tier')] })
  await syncToRest(given.domain)
  await given.change({ points: 300 })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([])

  // From now on, the points are read from the metafield that held the tier.
  await saveMapped(given, { values: [{ ...mapped('tier', 'loyalty_points'), meaning: 'points' }] })
  expect(await chooseLoyalty(given, { recorded: ['points'] })).toMatchObject({ kind: 'saved' })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([])
  await given.change({ tier: 'Black' })
  await syncToRest(given.domain)
  expect(given.recorded()).toMatchObject([{ metric: 'Loyalty points changed', old_value: 'Gold', new_value: 'Black' }])
})
