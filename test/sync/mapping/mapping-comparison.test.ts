import { expect, test } from 'vitest'
import { MAX_UNANSWERED } from '#app/core/flow/backoff.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { turnOn } from '#app/sync/status/turn-on.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { versionOf } from '#test/support/settings.ts'
import { givenAda, looksAt, mapped, saveMapped } from './given-mapped-shop.ts'

const sandbox = useSandbox()

const renamed = { values: [mapped('points', 'Points'), mapped('tier', 'loyalty_tier')] }
const connecting = { kind: 'full', trigger: 'connecting', state: 'finished' }
const comparison = { kind: 'reconcile', trigger: 'settings_changed', state: 'finished' }
const HOUR_MS = 60 * 60_000

async function turn(given: { domain: Parameters<typeof turnOn>[0] }, how: 'off' | 'future' | 'past_and_future') {
  const version = await versionOf(given)
  const now = new Date()
  const change =
    how === 'off'
      ? await turnOff(given.domain, { version, now })
      : await turnOn(given.domain, { version, how, resetWord: null, syncDelayMs: null, by: null, now })
  expect(change.kind).toBe(how === 'off' ? 'turned_off' : 'turned_on')
}

test('saving another mapping compares all customers at once, even if the nightly check is off, and moves no night', async () => {
  const given = await givenAda(sandbox)
  await saveMapped(given, renamed)
  await syncToRest(given.domain)

  expect(await given.runs()).toMatchObject([connecting, { ...comparison, pushed: 1 }])
  const [shop] = await rowsIn(
    sandbox.databaseUrl,
    'select next_reconcile_at, comparison_asked_at from shop where domain = $1',
    [given.domain],
  )
  expect(shop).toEqual({ next_reconcile_at: null, comparison_asked_at: null })
  expect(given.properties()).toMatchObject({ Points: 250 })
})

test('saving an equivalent mapping compares no customers', async () => {
  const given = await givenAda(sandbox)
  await saveMapped(given, { clears: false })
  await saveMapped(given, { values: [...defaultMapping.values].reverse() })
  expect(await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })).toBeNull()
  expect(await given.runs()).toMatchObject([connecting])
})

test('the comparison comes after the open run, which may have read customers by the old mapping', async () => {
  const given = await givenAda(sandbox)
  skip(HOUR_MS)
  expect((await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: new Date() })).kind).toBe('started')
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, door: 'download' })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  await saveMapped(given, { values: [mapped('tier', 'Tier'), mapped('points', 'Points')] })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  expect(await given.runs()).toMatchObject([connecting, { trigger: 'by_hand' }])
  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)

  expect(await given.runs()).toMatchObject([connecting, { trigger: 'by_hand', state: 'finished' }, comparison])
  expect(given.properties()).toMatchObject({ Tier: 'Gold', Points: 250 })
  await expectLaw(sandbox, given)
})

test('a file that was requested with another mapping is read by that mapping', async () => {
  const given = await givenAda(sandbox)
  skip(HOUR_MS)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: new Date() })
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, door: 'download' })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  const [run] = await rowsIn(
    sandbox.databaseUrl,
    `select metafields, state from sync_run where shop = $1 and trigger = 'by_hand'`,
    [given.domain],
  )
  expect(run).toMatchObject({ metafields: [{ key: 'points' }, { key: 'tier' }] })
  sandbox.shopify.faults.clear()
  // The tier is now where the points were: read by position, it would be taken for them.
  await saveMapped(given, { values: [mapped('tier', 'loyalty_tier')] })
  const withoutComparison = 'update shop set comparison_asked_at = null where domain = $1'
  await rowsIn(sandbox.databaseUrl, withoutComparison, [given.domain])
  await syncToRest(given.domain)
  expect(given.properties().loyalty_tier).toBe('Gold')
  expect(Object.keys(given.properties())).not.toContain('loyalty_points')
})

test('a run whose file was requested by an earlier version requests a new one', async () => {
  const given = await givenAda(sandbox)
  skip(HOUR_MS)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: new Date() })
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, door: 'download' })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  await rowsIn(sandbox.databaseUrl, `update sync_run set metafields = null where shop = $1 and trigger = 'by_hand'`, [
    given.domain,
  ])
  sandbox.shopify.faults.clear()
  await syncToRest(given.domain)
  expect((await given.runs()).at(-1)).toMatchObject({ trigger: 'by_hand', state: 'finished' })
  await expectLaw(sandbox, given)
})

test('a comparison that failed is repeated after an hour', async () => {
  const given = await givenAda(sandbox)
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation: 'BulkStart', times: MAX_UNANSWERED + 1 })
  await saveMapped(given, renamed)
  await syncToRest(given.domain)
  expect(await given.runs()).toMatchObject([connecting, { ...comparison, state: 'failed' }, comparison])
  expect(given.properties()).toMatchObject({ Points: 250 })
})

test('while the integration is off no customers are compared; once it is on again, all are', async () => {
  const given = await givenAda(sandbox)
  await turn(given, 'off')
  await saveMapped(given, renamed)
  expect(await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })).toBeNull()
  expect(await given.runs()).toMatchObject([connecting])
  expect(given.properties()).toMatchObject({ loyalty_points: 250 })

  await turn(given, 'past_and_future')
  await syncToRest(given.domain)
  expect(await given.runs()).toMatchObject([connecting, { trigger: 'switched_on', state: 'finished' }, comparison])
  expect(given.properties()).toMatchObject({ Points: 250 })
  await expectLaw(sandbox, given)
})

test('without a connection the mapping is kept for the first sync', async () => {
  const installed = await givenInstalledShop(sandbox)
  installed.shop.customers.create({ email: 'ada@example.com', points: 250 })
  await saveMapped(installed, renamed)
  await connectKlaviyo(installed.domain, installed.key, new Date())
  await syncToRest(installed.domain)
  expect(looksAt(sandbox, installed).properties()).toMatchObject({ Points: 250 })
  await expectLaw(sandbox, installed)
})

test('a customer kept as it was is not sent because the mapping changed, and is recorded again', async () => {
  const given = await givenAda(sandbox)
  await turn(given, 'off')
  given.shop.customers.update(given.ada.id, { firstName: 'While off' })
  skip(10_000)
  await turn(given, 'future')
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 1 })

  const sent = given.calls('create_or_update_profile').length
  await saveMapped(given, renamed)
  await syncToRest(given.domain)
  expect((await given.runs()).at(-1)).toMatchObject({ ...comparison, pushed: 0, excluded: 1 })
  expect(given.calls('create_or_update_profile').length).toBe(sent)
  expect(given.attributes().first_name).toBe('Ada')
  expect(await expectLaw(sandbox, given)).toMatchObject({ futureOnly: 1 })
})
