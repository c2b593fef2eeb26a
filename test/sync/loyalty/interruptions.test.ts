import { beforeAll, expect, test } from 'vitest'
import { SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { saveRequests } from '#app/store/outbox.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { givenLoyalShop, points } from './given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
/** After this long another worker may take over from one that died, and its leases expire. */
const LAPSE_MS = 3 * 60_000

const events = (fault: Partial<FaultSpec> & Pick<FaultSpec, 'kind'>) =>
  sandbox.klaviyo.faults.add({ ...fault, operations: ['create_event'] } as FaultSpec)
const syncOneTurn = ({ domain }: { domain: Parameters<typeof syncShop>[0] }) =>
  syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })

test('an older event that has to wait is not overtaken by a newer one', async () => {
  const given = await givenLoyalShop(sandbox)
  events({ kind: 'status', status: 503, times: 4 })
  for (const now of [300, 350, 400]) {
    await given.change({ points: now })
    await syncOneTurn(given)
  }
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([points(250, 300), points(300, 350), points(350, 400)])
})

test('a worker killed in the middle of an import leaves each change recorded once', async () => {
  for (const look of looksFrom(2)) {
    if (look > 40) break
    const given = await givenLoyalShop(sandbox, 60)
    await given.change({ points: 300 }, 60)
    await syncUntilKilled(sandbox, given, look)
    skip(LAPSE_MS)
    await syncToRest(given.domain)

    expect(given.recorded(), `look ${look}`).toHaveLength(60)
    for (const event of given.recorded()) expect(event).toEqual(points(250, 300))
    await expectLaw(sandbox, given)
  }
}, 240_000)

test.each(['resetAfter', 'cancelJob'] as const)(
  'an import with an unknown result (%s) leaves no wrong value: each change is recorded once',
  async (kind) => {
    const given = await givenLoyalShop(sandbox, 60)
    sandbox.klaviyo.faults.add(
      kind === 'cancelJob' ? { kind } : { kind, times: 1, operations: ['bulk_import_profiles'] },
    )
    await given.change({ points: 300 }, 60)
    await syncToRest(given.domain)

    expect(given.recorded()).toEqual(Array.from({ length: 60 }, () => points(250, 300)))
    await given.change({ points: 310 }, 1)
    await syncToRest(given.domain)
    expect(given.recorded().at(-1)).toEqual(points(300, 310))
    await expectLaw(sandbox, given)
  },
)

test('with a key that may no longer record events everything else continues; the events are sent once it may', async () => {
  const given = await givenLoyalShop(sandbox)
  sandbox.klaviyo.scopeKey(given.key, SCOPES_NEEDED)
  await given.change({ points: 300 })
  await syncOneTurn(given)

  expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: null })
  expect((await given.known())?.blocked.event).toMatchObject({ reason: 'scope_missing' })
  expect(await given.waiting()).toHaveLength(1)
  const calls = callsSince(sandbox, given.accountId)
  skip(HOUR_MS / 2)
  await syncOneTurn(given)
  expect(calls('create_event'), 'not before an hour').toHaveLength(0)
  skip(HOUR_MS)
  await syncOneTurn(given)
  expect(calls('create_event')).toHaveLength(1)
  expect(
    sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')?.attributes.properties,
  ).toMatchObject({
    loyalty_points: 300,
  })

  sandbox.klaviyo.scopeKey(given.key, 'full')
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([points(250, 300)])
  expect((await given.known())?.blocked).toEqual({})
  await expectLaw(sandbox, given)
})

test('a new key is tried at once', async () => {
  const given = await givenLoyalShop(sandbox)
  sandbox.klaviyo.scopeKey(given.key, SCOPES_NEEDED)
  await given.change({ points: 300 })
  await syncOneTurn(given)
  sandbox.klaviyo.scopeKey(given.key, 'full')
  const startedAt = Date.now()
  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([points(250, 300)])
  expect(Date.now() - startedAt).toBeLessThan(HOUR_MS / 2)
})

test('an event whose profile no longer exists in Klaviyo is sent to the one that the next delivery finds', async () => {
  const given = await givenLoyalShop(sandbox)
  const account = sandbox.klaviyo.account(given.accountId)
  events({ kind: 'status', status: 503, times: 1 })
  await given.change({ points: 300 })
  await syncOneTurn(given)
  account.deleteProfile(account.profileByEmail('c0@example.com')!.id)
  skip(60_000)
  await syncOneTurn(given)
  expect(given.recorded()).toEqual([])

  await given.change({ points: 310 })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual([points(250, 300), points(300, 310)])
  expect(given.recordedOf('c0@example.com')).toHaveLength(2)
})

test('an event whose profile never exists again is given up after three days, and counted', async () => {
  const given = await givenLoyalShop(sandbox)
  const account = sandbox.klaviyo.account(given.accountId)
  events({ kind: 'status', status: 503, times: 1 })
  await given.change({ points: 300 })
  await syncOneTurn(given)
  account.deleteProfile(account.profileByEmail('c0@example.com')!.id)
  const startedAt = Date.now()
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([])
  expect(await given.waiting()).toEqual([])
  expect(await given.known()).toMatchObject({ loyaltyDropped: 1 })
  expect(Date.now() - startedAt).toBeGreaterThan(3 * DAY_MS - HOUR_MS)
})

test('an event that Klaviyo refuses is given up at once, and counted', async () => {
  const given = await givenLoyalShop(sandbox)
  await given.change({ points: 300 })
  await syncOneTurn(given)
  const payload = { metric: 'points', oldValue: 'a', newValue: 'x'.repeat(6_000_000), backfill: false } as const
  await saveRequests(given.domain, 'event', [{ subject: given.ids()[0]!, payload }], clock(), autocommit)
  await syncToRest(given.domain)

  expect(given.recorded()).toEqual([points(250, 300)])
  expect(await given.known()).toMatchObject({ loyaltyDropped: 1 })
})

test('a full sync that is cut off in its single pushes starts no flow when another turn completes it', async () => {
  const given = await givenLoyalShop(sandbox, 3)
  skip(HOUR_MS + 60_000)
  for (const id of given.ids()) given.shop.customers.setLoyalty(id, { points: 300 })
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, times: 2, operations: ['create_or_update_profile'] })
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  expect(given.recorded()).toEqual(Array.from({ length: 3 }, () => points(250, 300, true)))
})
