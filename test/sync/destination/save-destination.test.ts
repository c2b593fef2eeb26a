import { expect, test } from 'vitest'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { forecastFullSync } from '#app/sync/report/forecast-full-sync.ts'
import { loadSetting } from '#app/sync/settings/load-setting.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { connect, givenChoice, saveChosenDestination } from './given-destination.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

test('one shop’s destination, lists and counts do not affect another’s', async () => {
  const [given, stranger] = [await givenConnectedShop(sandbox), await givenConnectedShop(sandbox)]
  const list = sandbox.klaviyo.account(given.accountId).addList('Ours')
  await saveChosenDestination(given, { list: { id: list.id, name: 'Ours' }, mostNew: 1 })
  const seen = await loadSetting(stranger.domain, 'destination', clock())
  expect(seen).toMatchObject({ choice: defaultDestination, lists: [], listProblem: null })
})

test('all lists of the account can be chosen, over all pages, and none while Klaviyo does not show them', async () => {
  const given = await givenConnectedShop(sandbox)
  const account = sandbox.klaviyo.account(given.accountId)
  for (let i = 0; i < 23; i++) account.addList(`List ${String(i).padStart(2, '0')}`)
  expect((await loadSetting(given.domain, 'destination', clock())).lists?.map(({ name }) => name)).toEqual(
    Array.from({ length: 23 }, (_, i) => `List ${String(i).padStart(2, '0')}`),
  )
  sandbox.klaviyo.faults.add({ kind: 'status', status: 503, operations: ['get_lists'] })
  expect((await loadSetting(given.domain, 'destination', clock())).lists).toBeNull()
})

test('the forecast before the first sync, and after it', async () => {
  const given = await givenChoice(sandbox, { mostNew: 8 }, { customers: 12 })
  expect(await forecastFullSync(given.domain)).toEqual({ newProfiles: 8, updates: 0, compared: 12, ms: null })
  await connect(given)
  await syncToRest(given.domain)
  for (let i = 0; i < 3; i++) given.shop.customers.create({ email: `n${i}@example.com` })
  expect(await forecastFullSync(given.domain)).toEqual({
    newProfiles: 7,
    updates: 0,
    compared: 15,
    ms: expect.any(Number),
  })
  sandbox.shopify.faults.cause({ kind: 'status', status: 503 })
  expect(await forecastFullSync(given.domain)).toBeNull()
})

test('a reset forgets which profiles were to join a list', async () => {
  const given = await givenChoice(sandbox, {}, { customers: 3 })
  await connect(given)
  await saveChosenDestination(given, { list: { id: 'GONE01', name: 'Gone' } })
  await syncToRest(given.domain)
  const joins = () =>
    rowsIn(sandbox.databaseUrl, 'select 1 from profile where shop = $1 and list_change is not null', [given.domain])
  expect(await joins()).toHaveLength(3)
  await switchOff(given)
  await syncToRest(given.domain)
  await switchOn(given, 'past_and_future', { resetWord: 'RESET' })
  expect(await joins()).toEqual([])
})
