import { beforeAll, expect, test, vi } from 'vitest'
import type { CustomerId } from '#app/core/ids.ts'
import { findConnection, refuseConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { redactCustomer } from '#app/sync/privacy/privacy-webhooks.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { prepareKilling } from '#test/support/looks.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { integrationOf, switchOff, switchOn } from '#test/support/switch.ts'
import { tell, tellUndated } from '#test/support/tell.ts'
import { change, looksAt, some } from './given-shop-to-turn-off.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

const { runOf, namesInKlaviyo, pushesSince } = looksAt(sandbox)
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())
const struck = (kind: FaultSpec['kind']) =>
  vi.waitUntil(() => sandbox.klaviyo.faults.standing.some((fault) => fault.spec.kind === kind && fault.struck > 0), {
    timeout: 20_000,
  })

test('with no work started it is off at once, and no turn is needed', async () => {
  const given = await givenConnectedShop(sandbox, some(3))
  const before = await integrationOf(given)

  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })

  expect(await integrationOf(given)).toEqual({
    ...before,
    status: 'off',
    version: before.version + 1,
    stoppedAt: expect.any(String),
  })
  expect(await syncOneTurn(given)).toBeNull()
})

test('with an import under way it is turning off until that is settled, and nothing new is pushed', async () => {
  const given = await givenConnectedShop(sandbox, some(80))
  await change(given, 60, 'New')
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  const pushes = pushesSince(given)

  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  await tell(
    given.domain,
    given.shop.customers.update(given.shop.customers.ascending()[70]!.id, { firstName: 'Later' }),
  )
  for (let i = 0; i < 5; i++) {
    skip(30_000)
    await syncOneTurn(given)
    expect(await integrationOf(given)).toMatchObject({ status: 'turning_off', stoppedAt: null })
  }
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)

  expect(await integrationOf(given)).toMatchObject({ status: 'off', stoppedAt: expect.any(String) })
  expect(pushes()).toEqual([])
  expect(namesInKlaviyo(given, 'New')).toBe(60)
  expect(await cardOf(given)).toMatchObject({ pending: 1, syncedTotal: 80 })
})

test('a batch that is being delivered when it is turned off is finished and settled, and then it is off', async () => {
  const given = await givenConnectedShop(sandbox, some(40))
  await change(given, 40, 'New')
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 150, operations: ['create_or_update_profile'] })
  const turn = syncOneTurn(given)
  await struck('slow')
  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  await turn

  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  expect(namesInKlaviyo(given, 'New')).toBe(40)
  expect(await cardOf(given)).toMatchObject({ pending: 0, syncedTotal: 40 })
})

test('a run in the middle of its file is paused at its checkpoint, with its counts, once its chunk is settled', async () => {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(900, (i) => ({
    email: `c${i}@example.com`,
    tags: Array.from({ length: 40 }, (_, n) => `${n}`.padEnd(240, 'x')),
  }))
  await connectKlaviyo(given.domain, given.key, clock())
  await syncOneTurn(given)
  await given.shop.bulk.finished(given.shop.bulk.all().at(-1)!.id)
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 400, operations: ['bulk_import_profiles'] })
  const pushes = pushesSince(given)
  skip(1_000)
  const turn = syncOneTurn(given)
  await struck('slow')
  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  await turn
  await syncToRest(given.domain)

  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  expect(pushes()).toHaveLength(1)
  const run = await runOf(given)
  expect(run).toMatchObject({ state: 'paused', paused_from: 'reading', expected: 900, pushed: run.read })
  expect(run.read).toBeGreaterThan(100)
  expect(run.read).toBeLessThan(900)
  expect(Number(run.byte_offset)).toBeGreaterThan(0)
  expect(sandbox.klaviyo.account(given.accountId).size).toBe(run.read)
  expect(await cardOf(given)).toMatchObject({
    pending: 0,
    run: { id: run.id, state: 'paused', read: run.read, pushed: run.read, stall: null, remainingMs: null },
  })

  sandbox.klaviyo.faults.clear()
  const pushedSince = pushesSince(given)
  expect(await switchOn(given, 'resume')).toEqual({ kind: 'turned_on', how: 'resume' })
  await syncToRest(given.domain)
  expect(await runOf(given)).toMatchObject({ id: run.id, state: 'finished', read: 900, pushed: 900 })
  const profiles = pushedSince().reduce((sum, call) => sum + call.profiles, 0)
  expect(profiles, 'nobody is pushed twice').toBe(900 - run.read)
  expect(given.shop.bulk.all(), 'the same file is read on').toHaveLength(1)
  await expectLaw(sandbox, given)
})

test('a run whose last import is under way when it is turned off finishes', async () => {
  const given = await givenInstalledShop(sandbox)
  some(60)(given.shop)
  await connectKlaviyo(given.domain, given.key, clock())
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  for (let i = 0; i < 5; i++) {
    await syncOneTurn(given)
    skip(1_000)
  }
  expect(await runOf(given)).toMatchObject({ state: 'delivering' })
  await switchOff(given)
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)

  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  expect(['finished', 'paused']).toContain((await runOf(given)).state)
  await switchOn(given, (await runOf(given)).state === 'paused' ? 'resume' : 'past_and_future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a chunk is not started once it is turning off, even if live changes were being delivered beside the run', async () => {
  const given = await givenInstalledShop(sandbox)
  some(80)(given.shop)
  await connectKlaviyo(given.domain, given.key, clock())
  await syncOneTurn(given)
  await given.shop.bulk.finished(given.shop.bulk.all().at(-1)!.id)
  await change(given, 3, 'New')
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['create_or_update_profile'] })
  const calls = callsSince(sandbox, given.accountId)
  skip(1_000)
  const turn = syncOneTurn(given)
  await struck('slow')
  await switchOff(given)
  await turn
  await syncToRest(given.domain)

  expect(calls('create_or_update_profile')).toHaveLength(3)
  expect(calls('bulk_import_profiles'), 'nothing new after the switch').toEqual([])
  expect(await runOf(given)).toMatchObject({ state: 'paused', read: 0 })
})

test('live changes are not started once it is turning off, even if an import was being checked', async () => {
  const given = await givenConnectedShop(sandbox, some(80))
  await change(given, 60, 'New')
  await syncOneTurn(given)
  await tell(
    given.domain,
    given.shop.customers.update(given.shop.customers.ascending()[70]!.id, { firstName: 'Later' }),
  )
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 300, operations: ['get_bulk_import_profiles_job'] })
  const pushes = pushesSince(given)
  skip(1_000)
  const turn = syncOneTurn(given)
  await struck('slow')
  await switchOff(given)
  await turn
  await syncToRest(given.domain)
  expect(pushes(), 'nothing new after the switch').toEqual([])
  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
})

test('changes that come while it is off are held and counted, and cause no call to Klaviyo', async () => {
  const given = await givenConnectedShop(sandbox, some(20))
  skip(60_000)
  await switchOff(given)
  const calls = callsSince(sandbox, given.accountId)
  await change(given, 12, 'New')
  await tellUndated(given.domain, given.shop.customers.create({ email: 'ada@example.com' }).id)
  for (let i = 0; i < 3; i++) {
    expect(await syncOneTurn(given)).toBeNull()
    skip(60 * 60_000)
  }
  expect(calls()).toEqual([])
  expect(await cardOf(given)).toMatchObject({ pending: 13, delayedUntil: null, syncedTotal: 20 })
})

test('a full sync cannot be started by hand while it is off, and the page says why', async () => {
  const given = await givenConnectedShop(sandbox, some(3))
  skip(61 * 60_000)
  await switchOff(given)
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toEqual({ kind: 'off' })
  expect(await cardOf(given)).toMatchObject({ run: null })
})

test.each(['off', 'turning_off'] as const)(
  'a customer that is to be erased while it is %s is erased in Klaviyo too',
  async (status) => {
    const given = await givenConnectedShop(sandbox, some(70))
    const gone = given.shop.customers.ascending()[65]!
    await change(given, 60, 'New')
    if (status === 'turning_off') {
      sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
      await syncOneTurn(given)
      skip(120_000)
    }
    await switchOff(given)
    expect(await integrationOf(given)).toMatchObject({ status })
    const calls = callsSince(sandbox, given.accountId)
    const customer = { customerId: gone.id as CustomerId, email: 'c65@example.com', phone: null }
    await redactCustomer(given.domain, customer, clock())
    given.shop.customers.remove(gone.id)
    if (status === 'turning_off') sandbox.klaviyo.faults.release('stuckJob')
    await syncToRest(given.domain)

    expect(calls('request_profile_deletion')).toHaveLength(1)
    expect(calls('create_or_update_profile')).toEqual([])
    skip(1_000)
    expect(sandbox.klaviyo.account(given.accountId).profileByEmail('c65@example.com')).toBeUndefined()
    expect(await integrationOf(given)).toMatchObject({ status: 'off' })
  },
)

test('with a key that Klaviyo no longer accepts it is off at once, with or without an import under way', async () => {
  const given = await givenConnectedShop(sandbox, some(60))
  await change(given, 60, 'New')
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  await refuseConnection((await findConnection(given.domain, autocommit))!, clock())
  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })
  expect(await switchOn(given, 'past_and_future')).toEqual({ kind: 'refused' })
  expect(await integrationOf(given)).toMatchObject({ status: 'off' })

  sandbox.klaviyo.faults.release('stuckJob')
  await connectKlaviyo(given.domain, given.key, clock())
  expect(await integrationOf(given), 'a new key does not turn it on').toMatchObject({ status: 'off' })
  const pushes = pushesSince(given)
  await syncToRest(given.domain)
  expect(pushes()).toEqual([])
  expect(await switchOn(given, 'past_and_future')).toEqual({ kind: 'turned_on', how: 'past_and_future' })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
})

test('a key that is revoked while it is turning off does not keep it from being off', async () => {
  const given = await givenConnectedShop(sandbox, some(60))
  await change(given, 60, 'New')
  sandbox.klaviyo.faults.add({ kind: 'stuckJob' })
  await syncOneTurn(given)
  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId })
  skip(1_000)
  await syncToRest(given.domain)
  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
})

test('a shop without a connection can be turned off; turning it on requires one', async () => {
  const given = await givenInstalledShop(sandbox)
  expect(await switchOff(given)).toEqual({ kind: 'turned_off' })
  expect(await switchOn(given, 'future')).toEqual({ kind: 'not_connected' })
  expect(await integrationOf(given)).toMatchObject({ status: 'off' })
})
