import { expect, test, vi } from 'vitest'
import { MAX_ATTEMPTS } from '#app/core/flow/backoff.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { findBlockedUntil } from '#app/store/klaviyo-budgets.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { shopUninstalled } from '#app/sync/connection/shop-webhooks.ts'
import { welcomeShop } from '#app/sync/connection/welcome-shop.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()

/** A connected shop in sync, of whose customers so many have changed since, with every change reported. */
async function givenChanged(count: number) {
  const installed = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.createMany(count, (i) => ({ email: `c${i}@example.com`, updatedAt: '2026-01-01T00:00:00Z' })),
  )
  const changed = [...installed.shop.customers.all()].map(({ id }) =>
    installed.shop.customers.update(id, { firstName: 'New' }),
  )
  await tell(installed.domain, ...changed)
  return { ...installed, changed, calls: callsSince(sandbox, installed.accountId) }
}

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const marksOf = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select * from dirty_customer where shop = $1 order by customer_id', [domain])
const newNames = ({ accountId }: InstalledShop) =>
  [...sandbox.klaviyo.account(accountId).profiles()].filter(({ attributes }) => attributes.first_name === 'New').length

test.each([
  [5, 'create_or_update_profile'],
  [60, 'bulk_import_profiles'],
] as const)(
  'an account that must wait waits as long as Klaviyo says, with %i changes, and no attempt is used up',
  async (count, operation) => {
    const given = await givenChanged(count)
    sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds: 45, times: 1, operations: [operation] })
    const startedAt = Date.now()

    const next = await syncOneTurn(given)

    const waitsUntil = (await findBlockedUntil(given.accountId, clock()))!
    expect(waitsUntil.getTime()).toBeGreaterThanOrEqual(startedAt + 45_000)
    expect(next!.getTime()).toBeGreaterThanOrEqual(waitsUntil.getTime())
    const held = (await marksOf(given)).filter((mark) => !mark.confirming)
    expect(held.length).toBeGreaterThan(0)
    for (const mark of held) expect(mark).toMatchObject({ attempt: 0, lease: null })

    const early = sandbox.klaviyo.log.earlyRetries // calls that were already under way
    await syncOneTurn(given)
    await syncToRest(given.domain)
    expect(sandbox.klaviyo.log.earlyRetries).toBe(early)
    expect(newNames(given)).toBe(count)
    await expectLaw(sandbox, given)
  },
)

test('a wait without a length, or longer than ten minutes, is limited', async () => {
  const given = await givenChanged(1)
  sandbox.klaviyo.faults.add({
    kind: 'throttle',
    retryAfterSeconds: 86_400,
    times: 1,
    operations: ['create_or_update_profile'],
  })
  await syncOneTurn(given)
  const waitsUntil = (await findBlockedUntil(given.accountId, clock()))!
  expect(waitsUntil.getTime()).toBeLessThanOrEqual(Date.now() + 600_000)
})

test.each([
  ['status', { kind: 'status', status: 500 }],
  ['a gateway’s page', { kind: 'status', status: 502 }],
  ['a connection cut before', { kind: 'resetBefore' }],
  ['a connection cut after', { kind: 'resetAfter' }],
  ['half an answer', { kind: 'truncate' }],
  ['an empty answer', { kind: 'empty' }],
] as const satisfies readonly (readonly [string, FaultSpec])[])(
  'without a usable answer (%s) the customer is tried again after growing waits, until Klaviyo is back',
  async (_what, fault) => {
    const given = await givenChanged(3)
    sandbox.klaviyo.faults.add({ ...fault, times: 9, operations: ['create_or_update_profile'] })

    await syncOneTurn(given)
    for (const mark of await marksOf(given)) {
      expect(mark).toMatchObject({ attempt: 1, lease: null })
      expect(mark.not_before.getTime() - Date.now()).toBeGreaterThan(0)
    }
    await syncToRest(given.domain)

    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 3 })
    expect(sandbox.klaviyo.account(given.accountId).size).toBe(3)
  },
)

test('a field that was sent by an upsert whose answer was lost is cleared when it is gone before the next attempt', async () => {
  const given = await givenChanged(1)
  const { id } = given.changed[0]!
  given.shop.customers.setLoyalty(id, { tier: 'Gold' })
  sandbox.klaviyo.faults.add({ kind: 'resetAfter', times: 1, operations: ['create_or_update_profile'] })
  await syncOneTurn(given)
  const profile = () => sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')
  expect(profile()?.attributes.properties.loyalty_tier).toBe('Gold')

  given.shop.customers.setLoyalty(id, { tier: null })
  await syncToRest(given.domain)

  expect(Object.keys(profile()!.attributes.properties)).not.toContain('loyalty_tier')
  await expectLaw(sandbox, given)
})

test('when Klaviyo stays unavailable there is a named issue after the last attempt, and the next change sends the customer again', async () => {
  const given = await givenChanged(1)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, operations: ['create_or_update_profile'] })
  const startedAt = Date.now()

  await syncToRest(given.domain)

  const issue = 'select state, code from profile where shop = $1'
  expect(await rowsIn(sandbox.databaseUrl, issue, [given.domain])).toEqual([
    { state: 'issue', code: 'klaviyo_unavailable' },
  ])
  expect(given.calls('create_or_update_profile').length).toBeGreaterThanOrEqual(MAX_ATTEMPTS)
  expect(Date.now() - startedAt).toBeGreaterThan(20 * 60_000)

  sandbox.klaviyo.faults.clear()
  await tell(given.domain, given.shop.customers.update(given.changed[0]!.id, { firstName: 'Newer' }))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })
})

test.each([
  [3, 'create_or_update_profile'],
  [60, 'bulk_import_profiles'],
] as const)(
  'a key that Klaviyo no longer accepts stops all sending, with %i changes; they are held, and sent with a new key',
  async (count, operation) => {
    const given = await givenChanged(count)
    sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId, operations: [operation] })

    await syncOneTurn(given)
    expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: expect.any(Date) })
    expect(await marksOf(given)).toHaveLength(count)
    const calls = callsSince(sandbox, given.accountId)
    skip(3 * 60 * 60_000)
    expect(await syncOneTurn(given)).toBeNull()
    await tell(given.domain, given.shop.customers.update(given.changed[0]!.id, { firstName: 'New', lastName: 'Name' }))
    expect(await syncOneTurn(given)).toBeNull()
    expect(calls()).toEqual([])

    sandbox.klaviyo.faults.clear()
    expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
    await syncOneTurn(given)
    // Klaviyo is a moment behind the turn that handed it an import.
    await vi.waitFor(() => expect(newNames(given), 'held changes go out at once').toBe(count), { timeout: 20_000 })
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: count })
  },
)

test('when a key is revoked while an import is under way, the import is settled with the next key', async () => {
  const given = await givenChanged(60)
  sandbox.klaviyo.faults.add({
    kind: 'unauthorized',
    account: given.accountId,
    operations: ['get_bulk_import_profiles_job'],
  })
  await syncOneTurn(given)
  skip(1_000)
  await syncOneTurn(given)
  expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: expect.any(Date) })

  sandbox.klaviyo.faults.clear()
  await connectKlaviyo(given.domain, given.key, clock())
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('removing the app while an import’s errors are read does not count as a refused key', async () => {
  const given = await givenChanged(60)
  const emails = given.changed.map(({ defaultEmailAddress }) => defaultEmailAddress!.emailAddress)
  sandbox.klaviyo.faults.add({ kind: 'importErrors', emails: emails.slice(0, 5) })
  await syncOneTurn(given)
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 400, operations: ['get_bulk_import_profiles_job'] })
  skip(1_000)
  const turn = syncOneTurn(given)
  await vi.waitUntil(
    () => sandbox.klaviyo.faults.standing.some(({ spec, struck }) => spec.kind === 'slow' && struck > 0),
    { timeout: 20_000 },
  )
  given.shop.tokens.revokeAll()
  await shopUninstalled(given.domain, null, clock())
  await turn

  expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: null })
  await welcomeShop(given.domain, clock())
  expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: null })
})

test('what was sent to one account while another was being connected does not count for the other', async () => {
  const given = await givenChanged(3)
  const otherKey = 'pk_another_account_0123456789'
  sandbox.klaviyo.addAccount({ id: 'OTHER1', name: 'Other', keys: [{ key: otherKey, scopes: 'full' }] })
  sandbox.klaviyo.faults.add({
    kind: 'slow',
    ms: 500,
    account: given.accountId,
    operations: ['create_or_update_profile'],
  })

  const turn = syncOneTurn(given)
  await vi.waitUntil(() => (sandbox.klaviyo.faults.standing[0]?.struck ?? 0) > 0, { timeout: 20_000 })
  await connectKlaviyo(given.domain, otherKey, clock())
  await turn
  await syncToRest(given.domain)

  expect(await expectLaw(sandbox, { ...given, accountId: 'OTHER1' })).toMatchObject({ synced: 3 })
})

test('an import that is under way when the shop is disconnected is not overtaken when the same account is connected again', async () => {
  const given = await givenChanged(60)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  await disconnectKlaviyo(given.domain, clock())
  for (const customer of given.changed) given.shop.customers.update(customer.id, { firstName: 'Newer' })

  await connectKlaviyo(given.domain, given.key, clock())
  for (let i = 0; i < 10; i++) {
    await syncOneTurn(given)
    skip(5_000)
  }
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)

  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('the real limits are respected, in a storm of single changes too', async () => {
  const given = await givenConnectedShop(sandbox)
  // As many as are sent one by one: a round alone is more than the 40 below.
  const customers = Array.from({ length: 50 }, (_, i) => given.shop.customers.create({ email: `c${i}@example.com` }))
  for (let round = 0; round < 8; round++) {
    await tell(
      given.domain,
      ...customers.map(({ id }) => given.shop.customers.update(id, { firstName: `Round ${round}` })),
    )
    await syncOneTurn(given)
  }
  await syncToRest(given.domain)

  expect(sandbox.klaviyo.log.highestUse('create_or_update_profile').burst).toBeGreaterThan(40)
  expect(sandbox.klaviyo.log.highestUse('create_or_update_profile').burst).toBeLessThanOrEqual(75)
  await expectLaw(sandbox, given)
})
