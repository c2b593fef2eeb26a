import { beforeAll, expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { countingClock, eventfulClock, prepareKilling, syncToRestBy, syncUntilKilled } from '#test/support/looks.ts'
import {
  givenConnectedShop,
  givenInstalledShop,
  type InstalledShop,
  syncToRest,
  useSandbox,
} from '#test/support/sandbox.ts'
import { integrationOf, switchOff, switchOn } from '#test/support/switch.ts'
import { change, looksAt, some } from './given-shop-to-turn-off.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

const { runOf, namesInKlaviyo, pushesSince } = looksAt(sandbox)
const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const cardOf = ({ domain }: InstalledShop) => loadSyncCard(domain, clock())

test('it can be turned off at any time during a drain: customers that were sent are settled, others are held', {
  timeout: 300_000,
}, async () => {
  const counted = await givenConnectedShop(sandbox, some(3))
  await change(counted, 3, 'New')
  const counting = countingClock()
  await syncToRestBy(counted, counting.clock)

  const given = await givenConnectedShop(sandbox, some(3))
  for (let look = 1; look <= counting.looks(); look++) {
    await change(given, 3, `Look ${look}`)
    const pressed = eventfulClock(look, () => switchOff(given))
    await syncToRestBy(given, pressed.clock)
    await pressed.done()
    await syncToRest(given.domain)
    expect(await integrationOf(given), `at look ${look}`).toMatchObject({ status: 'off' })
    const sent = namesInKlaviyo(given, `Look ${look}`)
    expect((await cardOf(given)).pending, `at look ${look}`).toBe(3 - sent)
    const pushes = pushesSince(given)
    skip(60_000)
    await syncToRest(given.domain)
    expect(pushes(), `at look ${look}`).toEqual([])

    expect(await switchOn(given, 'past_and_future')).toMatchObject({ kind: 'turned_on' })
    await syncToRest(given.domain)
    expect(pushes(), `no customer twice, at look ${look}`).toHaveLength(3 - sent)
    await expectLaw(sandbox, given)
  }
})

test('a full run can be turned off at any time: it is paused, and resumed until the law holds, with no customer pushed twice', {
  timeout: 300_000,
}, async () => {
  const givenQueued = async () => {
    const given = await givenInstalledShop(sandbox)
    some(60)(given.shop)
    await connectKlaviyo(given.domain, given.key, clock())
    return given
  }
  const counting = countingClock()
  await syncToRestBy(await givenQueued(), counting.clock)

  for (let look = 1; look <= counting.looks(); look += 2) {
    const given = await givenQueued()
    const pushes = pushesSince(given)
    const pressed = eventfulClock(look, () => switchOff(given))
    await syncToRestBy(given, pressed.clock)
    await pressed.done()
    await syncToRest(given.domain)
    const run = await runOf(given)
    expect(['paused', 'finished'], `at look ${look}`).toContain(run.state)
    expect(await integrationOf(given), `at look ${look}`).toMatchObject({ status: 'off' })
    expect(sandbox.klaviyo.account(given.accountId).size, `at look ${look}`).toBe(run.pushed)

    await switchOn(given, run.state === 'paused' ? 'resume' : 'past_and_future')
    await syncToRest(given.domain)
    expect(
      pushes().reduce((sum, call) => sum + call.profiles, 0),
      `at look ${look}`,
    ).toBe(60)
    expect(await runOf(given)).toMatchObject({ state: 'finished', read: 60 })
    await expectLaw(sandbox, given)
  }
})

test('when a worker is killed anywhere while it is turning off, another one turns it off', {
  timeout: 300_000,
}, async () => {
  const given = await givenConnectedShop(sandbox, some(60))
  for (let looks = 0, killed = true; killed; looks++) {
    await change(given, 60, `Look ${looks}`)
    await syncOneTurn(given)
    expect(await switchOff(given), `at look ${looks}`).toEqual({ kind: 'turning_off' })
    skip(1_000)
    killed = await syncUntilKilled(sandbox, given, looks)
    await syncToRest(given.domain)
    expect(await integrationOf(given), `at look ${looks}`).toMatchObject({ status: 'off' })
    expect(namesInKlaviyo(given, `Look ${looks}`), `at look ${looks}`).toBe(60)

    await switchOn(given, 'past_and_future')
    await syncToRest(given.domain)
    await expectLaw(sandbox, given)
  }
})

test('when a worker is killed anywhere just after it was turned off, another one turns it off', {
  timeout: 300_000,
}, async () => {
  const given = await givenConnectedShop(sandbox, some(4))
  for (let look = 1, killed = true; killed; look++) {
    await change(given, 4, `Look ${look}`)
    const pressed = eventfulClock(look, () => switchOff(given))
    killed = await syncUntilKilled(sandbox, given, look + 2, pressed.clock)
    await pressed.done()
    await syncToRest(given.domain)
    await syncToRest(given.domain)
    if (pressed.looks() < look) await switchOff(given)
    expect(await integrationOf(given), `at look ${look}`).toMatchObject({ status: 'off' })
    await switchOn(given, 'past_and_future')
    await syncToRest(given.domain)
    await expectLaw(sandbox, given)
  }
})
