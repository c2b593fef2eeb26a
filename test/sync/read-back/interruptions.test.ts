import { beforeAll, expect, test } from 'vitest'
import { SAMPLE } from '#app/core/flow/read-back.ts'
import { customerNumber } from '#app/core/ids.ts'
import { listNextWork } from '#app/store/shop-leases.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { redactCustomer } from '#app/sync/privacy/privacy-webhooks.ts'
import { readAllBack, stopReadBack } from '#app/sync/read-back/read-all-back.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { skipToNight } from '#test/support/night.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'
import { givenSentShop } from './given-read-back.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

/** After this long another worker may take over from one that died, and its leases expire. */
const LAPSE_MS = 3 * 60_000
const BY_ADA = { by: 'Ada' }

type Given = Awaited<ReturnType<typeof givenSentShop>>
const start = ({ domain }: Given) => readAllBack(domain, { ...BY_ADA, now: clock() })
const syncOneTurn = ({ domain }: Given) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000), sliceMs: 0 })
/** Another integration changes something of so many profiles. */
async function tamper(given: Given, count: number): Promise<void> {
  for (const id of given.ids().slice(0, count))
    given.account().writeProfile((await given.profileOf(id))!.id, { properties: { loyalty_points: 1 } })
}
const throttle = (retryAfterSeconds: number) =>
  sandbox.klaviyo.faults.add({ kind: 'throttle', retryAfterSeconds, operations: ['get_profiles'], times: 1 })

test('each night a sample follows the nightly check, another one each night, and a shop with fewer profiles is read whole', async () => {
  const given = await givenSentShop(sandbox, 30, { nightly: true })
  for (let night = 1; night <= 2; night++) {
    await skipToNight(sandbox, given)
    await syncToRest(given.domain)
  }
  const { ended, isNightly } = await given.readBacks()
  expect(isNightly).toBe(true)
  const whole = { trigger: 'nightly', scope: 'sample', end: 'finished', compared: 30, asSent: 30 }
  expect(ended).toMatchObject([whole, whole])
  const starts = await given.rows('select distinct first_hash from read_back where shop = $1')
  expect(starts).toHaveLength(2)
})

test('a sample compares a thousand of the profiles, each once', async () => {
  const given = await givenSentShop(sandbox, SAMPLE + 300, { nightly: true })
  const calls = callsSince(sandbox, given.accountId)
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect((await given.readBacks()).ended).toMatchObject([{ compared: SAMPLE, asSent: SAMPLE, skipped: 0 }])
  expect(calls('get_profiles').length).toBeLessThanOrEqual(SAMPLE / 100 + 1)
}, 60_000)

test('while Klaviyo asks for a pause the read-back waits as long as it says, and changes are sent meanwhile', async () => {
  const given = await givenSentShop(sandbox, 150)
  await tamper(given, 150)
  throttle(40)
  await start(given)
  await syncOneTurn(given)
  expect((await given.readBacks()).open).toMatchObject({ waits: 'klaviyo', compared: 0 })
  const [work] = await listNextWork(given.domain, clock())
  expect(work!.next.run!.getTime() - clock().getTime()).toBeGreaterThan(30_000)

  const [first] = given.ids()
  await tell(given.domain, given.shop.customers.update(first!, { firstName: 'New' }))
  await syncOneTurn(given)
  expect((await given.profileOf(first!))?.attributes.first_name).toBe('New')
  expect((await given.readBacks()).open).toMatchObject({ waits: 'klaviyo', compared: 0 })
  expect(sandbox.klaviyo.log.earlyRetries).toBe(0)

  await syncToRest(given.domain)
  const [{ compared, asSent, repaired, skipped }] = (await given.readBacks()).ended as [never]
  expect({ compared, asSent, repaired, skipped }).toEqual({ compared: 149, asSent: 0, repaired: 149, skipped: 1 })
  await expectLaw(sandbox, given)
})

test.each([
  ['Klaviyo answers 503', { kind: 'status', status: 503 }, 'get_profiles'],
  ['an answer is cut off', { kind: 'truncate' }, 'get_profiles'],
  ['an answer is empty', { kind: 'empty' }, 'get_profiles'],
] as const)('when %s, the read-back goes on later and misses nothing', async (_what, fault, operation) => {
  const given = await givenSentShop(sandbox, 120)
  await tamper(given, 3)
  sandbox.klaviyo.faults.add({ ...fault, operations: [operation], times: 2 })
  expect(await given.readAll()).toMatchObject({ end: 'finished', compared: 120, asSent: 117, repaired: 3 })
})

test('while Shopify does not answer, what is not as it was sent is not judged, and is later', async () => {
  const given = await givenSentShop(sandbox, 5)
  await tamper(given, 2)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, times: 2 })
  expect(await given.readAll()).toMatchObject({ compared: 5, asSent: 3, repaired: 2 })
})

test('killed at any look at the clock, a read-back is gone on with: each profile is counted once and each difference repaired', async () => {
  for (const look of looksFrom(1)) {
    if (look > 25) break
    const given = await givenSentShop(sandbox, 220)
    await tamper(given, 4)
    await start(given)
    const killed = await syncUntilKilled(sandbox, given, look)
    skip(LAPSE_MS)
    await syncToRest(given.domain)
    const [found] = (await given.readBacks()).ended
    expect(found!.compared + found!.skipped, `look ${look}`).toBe(220)
    expect(found, `look ${look}`).toMatchObject({ end: 'finished', repaired: 4, fields: [{ customers: 4 }] })
    await expectLaw(sandbox, given)
    if (!killed) break
  }
}, 240_000)

test('off, nothing is read back; turned on again, the read-back goes on where it was', async () => {
  const given = await givenSentShop(sandbox, 150)
  await tamper(given, 1)
  await start(given)
  await syncOneTurn(given)
  await switchOff(given)
  const calls = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)
  expect(calls()).toEqual([])
  const { open, all } = await given.readBacks()
  expect(open).toMatchObject({ waits: 'off' })
  expect(all).toBeNull()
  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  const [found] = (await given.readBacks()).ended
  expect(found).toMatchObject({ end: 'finished' })
  expect(found!.compared + found!.skipped).toBe(150)
  await expectLaw(sandbox, given)
})

test('a read-back ends with the connection, and with another account nothing of it counts', async () => {
  const given = await givenSentShop(sandbox, 5)
  await start(given)
  await disconnectKlaviyo(given.domain, clock())
  expect(await given.readBacks()).toMatchObject({ open: null, ended: [{ end: 'disconnected' }], all: null })
  expect(await start(given)).toEqual({ kind: 'nothing' })

  const second = await givenSentShop(sandbox, 5)
  await tamper(second, 5)
  await second.readAll()
  await start(second)
  const key = `${second.key}0`
  sandbox.klaviyo.addAccount({ id: `${second.accountId}B`, name: 'B', keys: [{ key, scopes: 'full' }] })
  expect(await connectKlaviyo(second.domain, key, clock())).toMatchObject({ kind: 'connected' })
  expect((await second.readBacks()).ended[0]).toMatchObject({ end: 'another_account' })
  expect(await second.rows('select * from profile_repair where shop = $1')).toEqual([])
  await syncToRest(second.domain)
  await expectLaw(sandbox, { ...second, accountId: `${second.accountId}B` })
})

test('a refused key keeps the read-back waiting until there is another key for the account', async () => {
  const given = await givenSentShop(sandbox, 5)
  await start(given)
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', account: given.accountId })
  await syncToRest(given.domain)
  expect((await given.readBacks()).open).toMatchObject({ waits: 'refused' })
  sandbox.klaviyo.faults.clear()
  expect(await connectKlaviyo(given.domain, given.key, clock())).toMatchObject({ kind: 'connected' })
  await syncToRest(given.domain)
  expect((await given.readBacks()).ended[0]).toMatchObject({ end: 'finished' })
})

test('one read-back is open at a time, whoever asks, and stopping it ends it at once', async () => {
  const given = await givenSentShop(sandbox, 150)
  const both = await Promise.all([start(given), start(given)])
  expect(both.map(({ kind }) => kind).sort()).toEqual(['open', 'started'])
  await syncOneTurn(given)
  expect(await stopReadBack(given.domain, { ...BY_ADA, now: clock() })).toEqual({ kind: 'stopped' })
  expect(await stopReadBack(given.domain, { ...BY_ADA, now: clock() })).toEqual({ kind: 'over' })
  const calls = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)
  expect(calls('get_profiles')).toEqual([])
  expect((await given.readBacks()).ended).toMatchObject([{ end: 'stopped' }])
})

test('two workers on one read-back count each profile once', async () => {
  const given = await givenSentShop(sandbox, 250)
  await tamper(given, 2)
  await start(given)
  await Promise.all(Array.from({ length: 4 }, () => syncOneTurn(given)))
  await syncToRest(given.domain)
  const [found] = (await given.readBacks()).ended
  expect(found).toMatchObject({ compared: 250, asSent: 248, repaired: 2 })
})

test('nothing is kept of a customer who is erased while Klaviyo is asked for the profile', async () => {
  const given = await givenSentShop(sandbox, 4)
  const [first, second] = given.ids()
  for (const id of [first!, second!]) given.account().deleteProfile((await given.profileOf(id))!.id)
  await start(given)
  sandbox.klaviyo.faults.add({ kind: 'slow', ms: 1_500, operations: ['get_profiles'], times: 1 })
  const calls = callsSince(sandbox, given.accountId)
  const syncing = syncToRest(given.domain)
  await expect.poll(() => calls('get_profiles').length, { timeout: 10_000 }).toBe(1)
  given.shop.customers.remove(first!)
  const erased = { customerId: customerNumber.parse(first), email: 'c0@example.com', phone: null }
  await redactCustomer(given.domain, erased, clock())
  await syncing
  const examples = await given.rows('select unnest(examples)::text as id from read_back_field where shop = $1')
  expect(examples).toEqual([{ id: second }])
})
