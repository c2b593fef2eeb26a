import { expect, test, vi } from 'vitest'
import type { Lane } from '#app/core/flow/lane.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { callsSince } from '#test/support/calls.ts'
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

/** One turn in a lane. Returns when each lane has work again. */
async function turn(lane: Lane, { domain }: InstalledShop): Promise<Partial<Record<Lane, Date>>> {
  const next: Partial<Record<Lane, Date>> = {}
  await syncShop(domain, {
    lane,
    clock,
    signal: AbortSignal.timeout(30_000),
    wakeAt: (of, at) => {
      next[of] = at
    },
  })
  return next
}

/** Runs turns in each lane when they are due, until neither has anything to do. */
async function turnsToRest(lanes: readonly Lane[], given: InstalledShop): Promise<void> {
  for (let turns = 0; turns < 100; turns++) {
    for (const lane of lanes) {
      const next = await turn(lane, given)
      if (!next.live && !next.run) return
      const first = Math.min(...[next.live, next.run].map((at) => at?.getTime() ?? Number.POSITIVE_INFINITY))
      skip(first - Date.now())
    }
  }
  throw new Error('The shop did not come to rest')
}

const runState = async ({ domain }: InstalledShop) =>
  (
    await rowsIn(sandbox.databaseUrl, 'select state from sync_run where shop = $1 order by requested_at desc limit 1', [
      domain,
    ])
  )[0]?.state

async function givenShopToFill(): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(60, (i) => ({ email: `c${i}@example.com` }))
  await connectKlaviyo(given.domain, given.key, clock())
  return given
}

test('a turn for live changes sends them, does not advance the run, and has the other lane woken for it', async () => {
  const given = await givenShopToFill()
  await tell(given.domain, given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { firstName: 'New' }))
  const next = await turn('live', given)
  expect(sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')?.attributes.first_name).toBe('New')
  expect(await runState(given)).toBe('queued')
  expect(next.run!.getTime()).toBeLessThanOrEqual(Date.now())
})

test('a turn for a run sends live changes first, and plans both lanes', async () => {
  const given = await givenShopToFill()
  await tell(given.domain, given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { firstName: 'New' }))
  const next = await turn('run', given)
  expect(sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')?.attributes.first_name).toBe('New')
  expect(await runState(given)).toBe('reading')
  expect(next.run!.getTime()).toBeGreaterThan(Date.now())
  expect(next.live, 'the change is read once more').toBeDefined()
})

test('imports of a run are checked in its own lane', async () => {
  const given = await givenShopToFill()
  const jobs = () =>
    rowsIn(sandbox.databaseUrl, `select 1 from outbox where shop = $1 and kind in ('import', 'run_import')`, [
      given.domain,
    ])
  for (let turns = 0; (await jobs()).length === 0 && turns < 20; turns++) {
    const next = await turn('run', given)
    if (next.run) skip(next.run.getTime() - Date.now())
  }
  skip(5_000)
  const calls = callsSince(sandbox, given.accountId)
  const next = await turn('live', given)
  expect(calls('get_bulk_import_profiles_job')).toEqual([])
  expect(next.run!.getTime()).toBeLessThanOrEqual(Date.now())
  await turn('run', given)
  expect(calls('get_bulk_import_profiles_job')).not.toEqual([])
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test.each([[['live', 'run']], [['run', 'live']], [['run']]] as const)(
  'turns %s in the lanes that are planned fill a shop',
  async (lanes) => {
    const given = await givenShopToFill()
    await tell(given.domain, given.shop.customers.create({ email: 'ben@example.com' }))
    await turnsToRest(lanes, given)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 61 })
  },
)

test('while one lane works on the shop the other does nothing, and a change that comes meanwhile is planned at the end', async () => {
  const given = await givenConnectedShop(sandbox)
  await tell(given.domain, given.shop.customers.create({ email: 'ada@example.com' }))
  const slow = sandbox.klaviyo.faults.add({
    kind: 'slow',
    ms: 1_000,
    times: 1,
    operations: ['create_or_update_profile'],
  })
  const run = turn('run', given)
  await vi.waitUntil(() => slow.struck > 0, { timeout: 20_000, interval: 10 })
  await tell(given.domain, given.shop.customers.create({ email: 'ben@example.com' }))
  const { live, ...others } = await turn('live', given)
  expect(live!.getTime(), 'when the other one would be missed').toBeGreaterThan(Date.now() + 5_000)
  expect(others).toEqual({})
  expect((await run).live).toBeDefined()
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('a shop that is turned off while a run has imports under way is off after turns in both lanes', async () => {
  const given = await givenShopToFill()
  const jobs = () =>
    rowsIn(sandbox.databaseUrl, `select 1 from outbox where shop = $1 and kind in ('import', 'run_import')`, [
      given.domain,
    ])
  for (let turns = 0; (await jobs()).length === 0 && turns < 20; turns++) {
    const next = await turn('run', given)
    if (next.run && (await jobs()).length === 0) skip(next.run.getTime() - Date.now())
  }
  const [{ settings_version: version }] = await rowsIn(
    sandbox.databaseUrl,
    'select settings_version from shop where domain = $1',
    [given.domain],
  )
  await turnOff(given.domain, { version, now: clock() })
  for (let turns = 0; turns < 20; turns++) {
    const next = await turn('live', given)
    if (next.run) skip(next.run.getTime() - Date.now())
    if (next.run) await turn('run', given)
  }
  expect(await rowsIn(sandbox.databaseUrl, 'select status from shop where domain = $1', [given.domain])).toEqual([
    { status: 'off' },
  ])
})
