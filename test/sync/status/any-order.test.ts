import { beforeAll, expect, test } from 'vitest'
import type { TurnOn } from '#app/core/report/integration-change.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { liveOn } from '#test/sandbox/shop-life.ts'
import { pick, type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { eventfulClock, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { givenInstalledShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { integrationOf, setSettings, switchOff, switchOn } from '#test/support/switch.ts'

// One seed again: SWITCH_SEED=<seed> SWITCH_SEEDS=1
const FIRST_SEED = Number(process.env.SWITCH_SEED ?? 1)
const SEEDS = Number(process.env.SWITCH_SEEDS ?? 12)

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)
beforeAll(() => prepareKilling(sandbox))

const MINUTE_MS = 60_000

const turnOnSomehow = (given: InstalledShop, random: Random) =>
  switchOn(given, pick(random, ['resume', 'past_and_future', 'past_and_future', 'future'] satisfies TurnOn[]))

/** One of the things that a merchant does, or that happen to the shop. */
async function comeNext(
  given: InstalledShop,
  ids: readonly string[],
  random: Random,
  { cancels }: { cancels: boolean },
): Promise<void> {
  const { domain, shop, key } = given
  const chosen = random()
  const looks = Math.floor(random() * 60)
  if (chosen < 0.3) for (let i = Math.floor(random() * 15); i >= 0; i--) liveOn(shop, ids, random)
  else if (chosen < 0.4) await switchOff(given)
  else if (chosen < 0.52) await turnOnSomehow(given, random)
  else if (chosen < 0.6) {
    const pressed = eventfulClock(looks, () => switchOff(given))
    await syncShop(domain, { clock: pressed.clock, signal: AbortSignal.timeout(20_000) })
    await pressed.done()
  } else if (chosen < 0.68) {
    const pressed = eventfulClock(looks, () => turnOnSomehow(given, random))
    await syncShop(domain, { clock: pressed.clock, signal: AbortSignal.timeout(20_000) })
    await pressed.done()
  } else if (chosen < 0.76) {
    await syncUntilKilled(sandbox, given, looks)
    skip(random() * 30_000)
  } else if (chosen < 0.8) await setSettings(given, { syncDelayMs: pick(random, [0, 1, 10, 60]) * MINUTE_MS })
  else if (chosen < 0.83) await setSettings(given, { nightlyReconcile: random() < 0.5 })
  else if (chosen < 0.86) {
    const { run } = await loadSyncCard(domain, clock())
    if (run && cancels) await cancelRun(domain, { run: run.id, by: null, now: clock() })
  } else if (chosen < 0.9) skip(random() * 20 * 60 * MINUTE_MS)
  else if (chosen < 0.92) await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
  else if (chosen < 0.94) await connectKlaviyo(domain, key, clock())
  else if (chosen < 0.95) await disconnectKlaviyo(domain, clock())
  else await shop.webhooks.flush()
}

/** A shop that connects and changes, in which the integration is turned on and off at all times. While it is off, nothing is pushed. */
async function liveThrough(seed: number, { cancels }: { cancels: boolean }): Promise<InstalledShop> {
  const random = seededRandom(seed)
  const given = await givenInstalledShop(sandbox)
  seedCustomers(given.shop, { count: 20 + Math.floor(random() * 120), seed, refused: true })
  const ids = [...given.shop.customers.all()].map(({ id }) => id)
  given.shop.webhooks.automatic = true
  given.shop.webhooks.configure({ seed, shuffle: true, duplicateRate: 0.2, holdBackRate: 0.2, retryDelayMs: 1 })
  await connectKlaviyo(given.domain, given.key, clock())
  for (let step = 10 + Math.floor(random() * 30); step > 0; step--) {
    await comeNext(given, ids, random, { cancels })
    if ((await integrationOf(given)).status !== 'off') continue
    const calls = callsSince(sandbox, given.accountId)
    await syncShop(given.domain, { clock, signal: AbortSignal.timeout(20_000) })
    expect([...calls('create_or_update_profile'), ...calls('bulk_import_profiles')], 'while it is off').toEqual([])
  }
  if (!(await findConnection(given.domain, autocommit))) await connectKlaviyo(given.domain, given.key, clock())
  return given
}

const seeds = Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i)

test.each(seeds)(
  'however it was turned off and on, delayed, cancelled and killed, after turning on for past and future all customers are in sync (seed %i)',
  async (seed) => {
    const given = await liveThrough(seed, { cancels: true })
    await switchOff(given)
    await syncToRest(given.domain)
    expect(await switchOn(given, 'past_and_future')).toMatchObject({ kind: 'turned_on' })
    await given.shop.webhooks.flush()
    await syncToRest(given.domain)
    expect((await expectLaw(sandbox, given)).futureOnly).toBe(0)
  },
)

test.each(seeds)(
  'however it was turned off and on, delayed and killed, all customers are in sync or excluded in the end (seed %i)',
  async (seed) => {
    const given = await liveThrough(seed, { cancels: false })
    await syncToRest(given.domain)
    if ((await integrationOf(given)).status !== 'on') {
      const resumed = await switchOn(given, 'resume')
      if (resumed.kind === 'nothing_paused') await switchOn(given, 'future')
    }
    await given.shop.webhooks.flush()
    await syncToRest(given.domain)
    await expectLaw(sandbox, given)
  },
)
