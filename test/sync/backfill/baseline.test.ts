import { beforeAll, expect, test, vi } from 'vitest'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { countingClock, eventfulClock, prepareKilling, syncToRestBy, syncUntilKilled } from '#test/support/looks.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell, tellUndated } from '#test/support/tell.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

const MANY = 90
const LONG_AGO = '2026-01-01T00:00:00Z'
/** Changes older than this when the integration is turned on belong to the past. */
const A_WHILE_MS = 60_000

const many = (shop: Shop) =>
  shop.customers.createMany(MANY, (i) => ({
    email: `c${i}@example.com`,
    firstName: 'Old',
    points: 1,
    updatedAt: LONG_AGO,
  }))
const idOf = ({ shop }: InstalledShop, index: number) => shop.customers.ascending()[index]!.id
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const profileOf = ({ accountId }: InstalledShop, index: number) =>
  sandbox.klaviyo.account(accountId).profileByEmail(`c${index}@example.com`)?.attributes
const runsOf = ({ domain }: InstalledShop) =>
  rowsIn(
    sandbox.databaseUrl,
    `select * from sync_run where shop = $1 and kind = 'baseline' order by requested_at desc`,
    [domain],
  )

/** The customers pushed by these calls: those for which Klaviyo has a new first name or new points. */
function pushedOf(given: InstalledShop): number[] {
  return Array.from({ length: MANY }, (_, i) => i).filter((i) => {
    const profile = profileOf(given, i)
    return profile?.first_name !== 'Old' || profile.properties.loyalty_points !== 1
  })
}

/** A shop in sync in which, while the integration was off, every customer changed and half of the changes were reported. */
async function givenAllChangedWhileOff(): Promise<InstalledShop> {
  const given = await givenConnectedShop(sandbox, many)
  await switchOff(given)
  for (let i = 0; i < MANY; i++) given.shop.customers.update(idOf(given, i), { firstName: 'Changed while off' })
  await tell(given.domain, ...given.shop.customers.ascending().slice(0, MANY / 2))
  skip(A_WHILE_MS)
  return given
}

// Some of these run a baseline a hundred times.
vi.setConfig({ testTimeout: 180_000 })

/** How often a turn reads its clock from turning on to the end of the baseline. */
async function looksOfABaseline(): Promise<number> {
  const given = await givenAllChangedWhileOff()
  await switchOn(given, 'future')
  const counting = countingClock()
  await syncToRestBy(given, counting.clock)
  expect(pushedOf(given)).toEqual([])
  return counting.looks()
}

interface Change {
  readonly name: string
  readonly from: number
  readonly make: (given: InstalledShop, id: string) => void
  readonly tell: (given: InstalledShop, id: string) => Promise<void>
}
const changes = {
  'a name': {
    name: 'a name',
    from: 0,
    make: ({ shop }, id) => void shop.customers.update(id, { firstName: 'New' }),
    tell: ({ domain, shop }, id) => tell(domain, shop.customers.get(id)!),
  },
  points: {
    name: 'points',
    from: 1,
    make: ({ shop }, id) => void shop.customers.setLoyalty(id, { points: 500 }),
    tell: ({ domain }, id) => tellUndated(domain, id),
  },
} as const satisfies Record<string, Change>

/** A third of the clock reads is tried; with EVERY_LOOK=1 all are. */
const STEP = process.env.EVERY_LOOK ? 1 : 3

/**
 * Turns the integration on again and again; each time another customer changes, some clock reads later. Returns the clock reads at which the
 * result was wrong. `from` is the first that is tried: the tests begin at different ones, so that together they try each.
 */
async function wrongLooks(
  { looks, from }: { looks: number; from: number },
  turn: (given: InstalledShop, look: number, id: string) => Promise<void>,
): Promise<string[]> {
  const wrong: string[] = []
  let given = await givenAllChangedWhileOff()
  let used = 0
  for (let look = 1 + (from % STEP); look <= looks; look += STEP, used++) {
    if (used === MANY) {
      given = await givenAllChangedWhileOff()
      used = 0
    }
    const before = pushedOf(given)
    // These do not differ from what was recorded: if the held changes were not dropped, they would be pushed.
    await tellUndated(given.domain, ...[1, 2, 3].map((i) => idOf(given, (used + i) % MANY)))
    skip(A_WHILE_MS)
    await switchOn(given, 'future')
    await turn(given, look, idOf(given, used))
    const pushed = pushedOf(given).filter((i) => !before.includes(i))
    if (JSON.stringify(pushed) !== JSON.stringify([used])) wrong.push(`at look ${look} pushed: ${pushed}, not ${used}`)
    await expectLaw(sandbox, given)
    await switchOff(given)
  }
  return wrong
}

test('turned on for the future, all customers are read and recorded, none is pushed, and held changes are dropped', async () => {
  const given = await givenAllChangedWhileOff()
  const calls = callsSince(sandbox, given.accountId)

  expect(await switchOn(given, 'future')).toEqual({ kind: 'turned_on', how: 'future' })
  await syncToRest(given.domain)

  expect(calls()).toEqual([])
  expect(pushedOf(given)).toEqual([])
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: MANY, synced: 0 })
  expect(await runsOf(given)).toMatchObject([
    {
      state: 'finished',
      trigger: 'switched_on',
      started_by: 'Ada',
      read: MANY,
      pushed: 0,
      unchanged: 0,
      excluded: MANY,
    },
  ])
})

test('customers that did not change while it was off stay in sync', async () => {
  const given = await givenConnectedShop(sandbox, many)
  await switchOff(given)
  for (let i = 0; i < 20; i++) given.shop.customers.update(idOf(given, i), { firstName: 'Changed while off' })
  skip(A_WHILE_MS)
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 20, synced: MANY - 20 })
  expect(await runsOf(given)).toMatchObject([{ pushed: 0, unchanged: MANY - 20, excluded: 20 }])
})

test('a customer without an address, or with a malformed one, is counted as such after a baseline too', async () => {
  const given = await givenConnectedShop(sandbox, many)
  await switchOff(given)
  given.shop.customers.update(idOf(given, 0), { email: null })
  given.shop.customers.update(idOf(given, 1), { email: 'broken@@example' })
  given.shop.customers.remove(idOf(given, 2))
  skip(A_WHILE_MS)
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ customers: MANY - 1, noEmail: 1, invalidEmail: 1 })
})

test.each(Object.values(changes))(
  'whenever during a baseline $name changes and the change is reported, that customer is pushed and no other',
  { timeout: 300_000 },
  async (change) => {
    const wrong = await wrongLooks({ looks: await looksOfABaseline(), from: change.from }, async (given, look, id) => {
      const happen = async () => {
        change.make(given, id)
        await change.tell(given, id)
      }
      const watched = eventfulClock(look, happen)
      await syncToRestBy(given, watched.clock)
      await (watched.looks() < look ? happen() : watched.done())
      await syncToRest(given.domain)
    })
    expect(wrong).toEqual([])
  },
)

test.each(Object.values(changes))(
  'whenever during a baseline $name changes, and the change is reported only after it has ended, that customer is pushed and no other',
  { timeout: 300_000 },
  async (change) => {
    const wrong = await wrongLooks(
      { looks: await looksOfABaseline(), from: change.from + 1 },
      async (given, look, id) => {
        const happen = async () => change.make(given, id)
        const watched = eventfulClock(look, happen)
        await syncToRestBy(given, watched.clock)
        if (watched.looks() < look) await happen()
        await change.tell(given, id)
        await syncToRest(given.domain)
      },
    )
    expect(wrong).toEqual([])
  },
)

test.each(Object.values(changes))(
  'whenever during a baseline $name changes and the worker is killed at once, another one pushes that customer and no other',
  { timeout: 300_000 },
  async (change) => {
    const wrong = await wrongLooks(
      { looks: await looksOfABaseline(), from: change.from + 2 },
      async (given, look, id) => {
        const happen = async () => {
          change.make(given, id)
          await change.tell(given, id)
        }
        const watched = eventfulClock(look, happen)
        let killed = false
        for (let turns = 0; turns < 10 && !killed; turns++) {
          killed = await syncUntilKilled(sandbox, given, look - watched.looks(), watched.clock)
          skip(15_000)
        }
        await (watched.looks() < look ? happen() : watched.done())
        await syncToRest(given.domain)
      },
    )
    expect(wrong).toEqual([])
  },
)

test('a customer that changes after the integration is turned on, before Shopify writes the file, is pushed even if every webhook is lost', async () => {
  const given = await givenAllChangedWhileOff()
  await switchOn(given, 'future')
  skip(1_000)
  given.shop.customers.update(idOf(given, 3), { firstName: 'New' })
  given.shop.customers.create({ email: 'ada@example.com' })
  const calls = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)

  expect(calls('create_or_update_profile')).toHaveLength(2)
  expect(profileOf(given, 3)).toMatchObject({ first_name: 'New' })
  expect(sandbox.klaviyo.account(given.accountId).profileByEmail('ada@example.com')).toBeDefined()
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, futureOnly: MANY - 1 })
})

test('when so many customers change during a baseline that an import carries them, they are pushed, and no others', async () => {
  const given = await givenAllChangedWhileOff()
  await switchOn(given, 'future')
  skip(1_000)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob', account: given.accountId })
  const changed = Array.from({ length: 60 }, (_, i) =>
    given.shop.customers.update(idOf(given, i), { firstName: 'New' }),
  )
  await tell(given.domain, ...changed)
  const watched = eventfulClock(40, async () => sandbox.klaviyo.faults.release('stuckJob'))
  await syncToRestBy(given, watched.clock)
  await syncToRest(given.domain)

  expect(pushedOf(given)).toEqual(Array.from({ length: 60 }, (_, i) => i))
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60, futureOnly: MANY - 60 })
})

test('customers kept as they were are pushed with their next change, and all of them by the next full sync', async () => {
  const given = await givenAllChangedWhileOff()
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  skip(A_WHILE_MS)

  // They do not differ from what was recorded: that a change was reported is enough.
  await tellUndated(given.domain, idOf(given, 7))
  given.shop.customers.update(idOf(given, 8), { firstName: 'Newer' })
  await tell(given.domain, given.shop.customers.get(idOf(given, 8))!)
  await syncToRest(given.domain)
  expect(pushedOf(given)).toEqual([7, 8])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, futureOnly: MANY - 2 })

  skip(61 * 60_000)
  const started = await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  expect(started).toMatchObject({ kind: 'started' })
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: MANY, futureOnly: 0 })
})

test('a baseline that is turned off in the middle is resumed as a baseline, and customers that changed meanwhile are pushed', async () => {
  const given = await givenAllChangedWhileOff()
  await switchOn(given, 'future')
  const watched = eventfulClock(20, () => switchOff(given))
  await syncToRestBy(given, watched.clock)
  await watched.done()
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([{ state: 'paused' }])
  skip(A_WHILE_MS)
  await tell(given.domain, given.shop.customers.update(idOf(given, 5), { firstName: 'New' }))
  given.shop.customers.setLoyalty(idOf(given, 6), { points: 500 })
  await tellUndated(given.domain, idOf(given, 6))
  skip(A_WHILE_MS)

  expect(await switchOn(given, 'resume')).toEqual({ kind: 'turned_on', how: 'resume' })
  await syncToRest(given.domain)

  expect(pushedOf(given)).toEqual([5, 6])
  expect(await runsOf(given)).toMatchObject([{ state: 'finished', read: MANY }])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, futureOnly: MANY - 2 })
})

test('a baseline that is turned off and started again excludes what changed until then', async () => {
  const given = await givenAllChangedWhileOff()
  await switchOn(given, 'future')
  await switchOff(given)
  await tell(given.domain, given.shop.customers.update(idOf(given, 5), { firstName: 'New' }))
  skip(A_WHILE_MS)
  await switchOn(given, 'future')
  await syncToRest(given.domain)

  expect(pushedOf(given)).toEqual([])
  expect(await runsOf(given)).toMatchObject([{ state: 'finished' }, { state: 'cancelled', failure: 'superseded' }])
  await expectLaw(sandbox, given)
})

test('while an import is under way it cannot be turned on for the future: its customers cannot be recorded as past', async () => {
  const given = await givenConnectedShop(sandbox, many)
  const changed = Array.from({ length: 60 }, (_, i) =>
    given.shop.customers.update(idOf(given, i), { firstName: 'New' }),
  )
  await tell(given.domain, ...changed)
  sandbox.klaviyo.faults.add({ kind: 'stuckJob', account: given.accountId })
  await syncOneTurn(given)
  expect(await switchOff(given)).toEqual({ kind: 'turning_off' })
  for (let i = 0; i < 60; i++) given.shop.customers.setLoyalty(idOf(given, i), { points: 2 })
  skip(A_WHILE_MS)
  expect(await switchOn(given, 'future')).toEqual({ kind: 'still_settling' })
  expect(await runsOf(given)).toEqual([])
  sandbox.klaviyo.faults.release('stuckJob')
  await syncToRest(given.domain)
  const calls = callsSince(sandbox, given.accountId)
  expect(await switchOn(given, 'future')).toEqual({ kind: 'turned_on', how: 'future' })
  await syncToRest(given.domain)

  expect([...calls('bulk_import_profiles'), ...calls('create_or_update_profile')]).toEqual([])
  expect(profileOf(given, 0)?.properties.loyalty_points).toBe(1)
  await expectLaw(sandbox, given)
})

test('a baseline that is cancelled by hand sends nothing that was held before it was turned on for the future', async () => {
  const given = await givenAllChangedWhileOff()
  await switchOn(given, 'future')
  const [run] = await runsOf(given)
  expect(await cancelRun(given.domain, { run: run.id, by: 'Ada', now: clock() })).toEqual({ kind: 'cancelled' })
  await syncToRest(given.domain)
  expect(pushedOf(given)).toEqual([])
})

test('a baseline whose requests are never answered sends nothing that was held before it was turned on for the future', async () => {
  const given = await givenAllChangedWhileOff()
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart' })
  await switchOn(given, 'future')
  await syncToRest(given.domain)
  expect(await runsOf(given)).toMatchObject([{ state: 'failed' }])
  expect(pushedOf(given)).toEqual([])
})
