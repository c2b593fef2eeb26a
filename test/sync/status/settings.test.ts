import { expect, test } from 'vitest'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { turnOn } from '#app/sync/status/turn-on.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { integrationOf, setSettings, switchOff, switchOn } from '#test/support/switch.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const FIFTY = Array.from({ length: 50 }, (_, i) => i)
const MINUTE_MS = 60_000
const kindsOf = (changes: readonly IntegrationChange[]) => changes.map(({ kind }) => kind)
const openRuns = ({ domain }: InstalledShop) =>
  rowsIn(
    sandbox.databaseUrl,
    `select kind, state from sync_run where shop = $1 and state in ('queued', 'reading', 'delivering', 'paused')`,
    [domain],
  )
const saveSyncing = ({ domain }: Pick<InstalledShop, 'domain'>, version: number, syncDelayMs: number) =>
  saveSetting(domain, 'syncing', { version, choice: { syncDelayMs, nightlyReconcile: false }, now: clock() })
const asked = { resetWord: null, syncDelayMs: null, by: 'Ada' } as const

test('of fifty that turn it off at once one succeeds; for the others the page is outdated', async () => {
  const given = await givenConnectedShop(sandbox)
  const { version } = await integrationOf(given)
  const changes = await Promise.all(FIFTY.map(() => turnOff(given.domain, { version, now: clock() })))
  expect(kindsOf(changes).filter((kind) => kind === 'turned_off')).toHaveLength(1)
  expect(kindsOf(changes).filter((kind) => kind === 'stale')).toHaveLength(49)
  expect(await integrationOf(given)).toMatchObject({ status: 'off', version: version + 1 })
})

test('of fifty that turn it on at once, each in one way or the other, one succeeds, and one run is started', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => shop.customers.create({ email: 'ada@example.com' }))
  await switchOff(given)
  const { version } = await integrationOf(given)
  const changes = await Promise.all(
    FIFTY.map((i) =>
      turnOn(given.domain, { version, how: i % 2 ? 'future' : 'past_and_future', ...asked, now: clock() }),
    ),
  )
  expect(kindsOf(changes).filter((kind) => kind === 'turned_on')).toHaveLength(1)
  expect(kindsOf(changes).filter((kind) => kind === 'stale')).toHaveLength(49)
  expect(await openRuns(given)).toHaveLength(1)
  await syncToRest(given.domain)
  await expectLaw(sandbox, given)
})

test('of many that turn it on and change settings on an outdated page, one succeeds, and the others change nothing', async () => {
  const given = await givenConnectedShop(sandbox)
  await switchOff(given)
  const { version } = await integrationOf(given)
  const changes = await Promise.all(
    FIFTY.map((i) =>
      i % 2
        ? turnOn(given.domain, { version, how: 'past_and_future', ...asked, now: clock() })
        : saveSyncing(given, version, i * MINUTE_MS),
    ),
  )
  const won = FIFTY.filter((i) => changes[i]!.kind !== 'stale')
  expect(won).toHaveLength(1)
  const delayed = won[0]! % 2 === 0
  expect(await integrationOf(given)).toMatchObject({
    status: delayed ? 'off' : 'on',
    syncDelayMs: delayed ? won[0]! * MINUTE_MS : 0,
    version: version + 1,
  })
})

test('on a page from before the delay was changed nothing can be saved over it, and the integration cannot be turned on or off', async () => {
  const given = await givenConnectedShop(sandbox)
  const old = await integrationOf(given)
  expect(await setSettings(given, { syncDelayMs: 5 * MINUTE_MS })).toEqual({
    kind: 'saved',
    setting: 'syncing',
    compares: false,
  })
  const now = await integrationOf(given)

  expect(await saveSyncing(given, old.version, 0)).toEqual({ kind: 'stale' })
  expect(await turnOff(given.domain, { version: old.version, now: clock() })).toEqual({ kind: 'stale' })
  expect(await integrationOf(given)).toEqual(now)
  await switchOff(given)
  const off = await integrationOf(given)
  expect(
    await turnOn(given.domain, { version: now.version, how: 'future', ...asked, syncDelayMs: 0, now: clock() }),
  ).toEqual({ kind: 'stale' })
  expect(await integrationOf(given)).toEqual(off)
})

test('an integration that is on cannot be turned on, nor turned off when it is off', async () => {
  const given = await givenConnectedShop(sandbox)
  expect(await switchOn(given, 'past_and_future')).toEqual({ kind: 'stale' })
  await switchOff(given)
  const off = await integrationOf(given)
  skip(MINUTE_MS)
  expect(await switchOff(given)).toEqual({ kind: 'stale' })
  expect(await integrationOf(given)).toEqual(off)
  expect(await openRuns(given)).toEqual([])
})

test.each([-1, 1, 30_000, 59_999, 90_000, 24 * 60 * MINUTE_MS + MINUTE_MS, 0.5, Number.NaN, Number.POSITIVE_INFINITY])(
  'a delay that is not whole minutes up to a day is refused, in the settings and when turning on (%d)',
  async (syncDelayMs) => {
    const given = await givenConnectedShop(sandbox)
    const before = await integrationOf(given)
    expect(await setSettings(given, { syncDelayMs })).toEqual({ kind: 'invalid', setting: 'syncing' })
    expect(await integrationOf(given)).toEqual(before)
    await switchOff(given)
    const off = await integrationOf(given)
    expect(await switchOn(given, 'future', { syncDelayMs })).toEqual({ kind: 'invalid', setting: 'syncing' })
    expect(await integrationOf(given)).toEqual(off)
  },
)

test('the delay can be set when turning on, or kept', async () => {
  const given = await givenConnectedShop(sandbox)
  await switchOff(given)
  await switchOn(given, 'future', { syncDelayMs: 15 * MINUTE_MS })
  expect(await integrationOf(given)).toMatchObject({ status: 'on', syncDelayMs: 15 * MINUTE_MS })
  await syncToRest(given.domain)
  await switchOff(given)
  await switchOn(given, 'past_and_future')
  expect(await integrationOf(given)).toMatchObject({ status: 'on', syncDelayMs: 15 * MINUTE_MS })
  await syncToRest(given.domain)
})

test('an unknown shop cannot be turned on or off', async () => {
  const stranger = 'stranger.myshopify.com' as InstalledShop['domain']
  expect(await turnOff(stranger, { version: 0, now: clock() })).toEqual({ kind: 'stale' })
  expect(await turnOn(stranger, { version: 0, how: 'future', ...asked, now: clock() })).toEqual({ kind: 'stale' })
  expect(await saveSyncing({ domain: stranger }, 0, 0)).toEqual({ kind: 'stale' })
})
