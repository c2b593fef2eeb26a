import { expect, test } from 'vitest'
import { defaultLoyalty } from '#app/core/profile/loyalty.ts'
import { SCOPES_NEEDED } from '#app/klaviyo/endpoints.ts'
import { findShop } from '#app/store/shops.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock } from '#test/support/clock.ts'
import { givenConnectedShop, givenInstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { chooseLoyalty, givenLoyalShop, looksAt } from './given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

test('a key without the scope is reported before anything is switched on', async () => {
  const given = await givenConnectedShop(sandbox)
  sandbox.klaviyo.scopeKey(given.key, SCOPES_NEEDED)
  expect(await chooseLoyalty(given)).toEqual({ kind: 'events_scope_missing' })
  expect(await findShop(given.domain)).toMatchObject({ loyalty: { choice: { on: false } } })

  sandbox.klaviyo.scopeKey(given.key, 'full')
  expect(await chooseLoyalty(given)).toMatchObject({ kind: 'saved' })
  expect(await findShop(given.domain)).toMatchObject({ loyalty: { choice: { on: true } } })
  expect(sandbox.klaviyo.account(given.accountId).parts.events.all(), 'to ask records nothing').toEqual([])
})

test('the scope is not required while loyalty activity is off', async () => {
  const given = await givenConnectedShop(sandbox)
  sandbox.klaviyo.scopeKey(given.key, SCOPES_NEEDED)
  const calls = callsSince(sandbox, given.accountId)
  expect(await chooseLoyalty(given, { on: false, recorded: ['points'] })).toEqual({
    kind: 'saved',
    setting: 'loyalty',
    compares: false,
  })
  expect(calls()).toEqual([])
})

test('when Klaviyo does not answer, or no longer accepts the key, nothing is changed', async () => {
  const given = await givenConnectedShop(sandbox)
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, operations: ['create_event'], times: 1 })
  expect(await chooseLoyalty(given)).toEqual({ kind: 'klaviyo_unavailable' })
  sandbox.klaviyo.faults.add({ kind: 'unauthorized', operations: ['create_event'] })
  expect(await chooseLoyalty(given)).toEqual({ kind: 'refused' })
  await disconnectKlaviyo(given.domain, clock())
  expect(await chooseLoyalty(given)).toEqual({ kind: 'not_connected' })
  expect(await chooseLoyalty(await givenInstalledShop(sandbox))).toEqual({ kind: 'not_connected' })
  expect(await findShop(given.domain)).toMatchObject({ loyalty: { choice: { on: false } } })
})

test('switching on compares all customers once, so that the first change after it is an event', async () => {
  const installed = await givenConnectedShop(sandbox, (shop) =>
    shop.customers.create({ email: 'c0@example.com', points: 250 }),
  )
  const given = { ...installed, ...looksAt(sandbox, installed) }
  await chooseLoyalty(given)
  await syncToRest(given.domain)
  expect(await given.values()).toMatchObject([{ points: 250, tier: null }])
  expect(given.calls('create_or_update_profile'), 'nothing had to be sent for it').toHaveLength(0)
  expect(await chooseLoyalty(given)).toEqual({ kind: 'saved', setting: 'loyalty', compares: false })
  await given.change({ points: 300 })
  await syncToRest(given.domain)
  expect(given.recorded()).toHaveLength(1)
})

test('the page shows what is chosen, what can be chosen, and what has gone wrong', async () => {
  const given = await givenLoyalShop(sandbox)
  expect(await loadSetting(given.domain, 'loyalty', clock())).toMatchObject({
    choice: { ...defaultLoyalty, on: true },
    sent: [
      { meaning: 'points', source: { namespace: 'loyalty', key: 'points' } },
      { meaning: 'tier', source: { namespace: 'loyalty', key: 'tier' } },
    ],
    connected: true,
    status: 'on',
    refusedAt: null,
    waiting: 0,
    dropped: 0,
  })
  expect((await loadConnection(given.domain)).scopesNeeded, 'of a new key').toContain('events:write')
  sandbox.klaviyo.scopeKey(given.key, SCOPES_NEEDED)
  await given.change({ points: 300 })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  expect(await loadSetting(given.domain, 'loyalty', clock())).toMatchObject({
    refusedAt: expect.any(String),
    waiting: 1,
  })
  expect(await loadSyncCard(given.domain, clock())).toMatchObject({ loyaltyRefusedAt: expect.any(String) })
})
