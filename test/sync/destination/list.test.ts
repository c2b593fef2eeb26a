import { beforeAll, expect, test } from 'vitest'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { AccountState } from '#test/sandbox/klaviyo/account/account-state.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'
import {
  connect,
  emailOf,
  givenChoice,
  membersOf,
  saveChosenDestination,
  somebodyElseMakes,
  syncTurns,
} from './given-destination.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

const HOUR_MS = 60 * 60_000
const NARROW = ['accounts:read', 'data-privacy:write', 'lists:read', 'profiles:read', 'profiles:write']

/** A shop with so many customers that is connected, with a list chosen before the first of them is sent. */
async function givenListed(customers: number) {
  const given = await givenChoice(sandbox, {}, { customers })
  await connect(given)
  const list = given.account.addList('Customers', 'double_opt_in')
  await saveChosenDestination(given, { list: { id: list.id, name: list.name } })
  return { ...given, list, members: () => membersOf(given.account, list) }
}

const sorted = (emails: readonly string[]) => [...emails].sort()
const everyone = (customers: number) => sorted(Array.from({ length: customers }, (_, i) => emailOf(i)))
const remove = (account: AccountState, list: { id: string }) =>
  account.parts.lists.delete(account.parts.lists.find(list.id)!, (id) => account.profileById(id))
const problemOf = async ({ domain }: InstalledShop) => (await loadSyncCard(domain, clock())).listProblem

test.each([3, 260])('of %i customers, new profiles join the list, and no consent is changed', async (customers) => {
  const given = await givenListed(customers)
  await somebodyElseMakes(given, emailOf(0), emailOf(2))
  await syncToRest(given.domain)

  expect(given.members()).toEqual(everyone(customers).filter((email) => email !== emailOf(0) && email !== emailOf(2)))
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: customers })
})

test('a list is for customers that are new from then on: no customer that was delivered before is added', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'old@example.com' }))
  const account = sandbox.klaviyo.account(given.accountId)
  const list = account.addList('Customers')
  await saveChosenDestination(given, { list: { id: list.id, name: list.name } })
  const [old] = given.shop.customers.ascending()
  await tell(
    given.domain,
    given.shop.customers.update(old!.id, { firstName: 'New' }),
    given.shop.customers.create({ email: 'new@example.com' }),
  )
  await syncToRest(given.domain)
  expect(membersOf(account, list)).toEqual(['new@example.com'])
})

test('a list that is deleted while a run adds to it is a named problem; syncing continues, and waiting profiles join the next list', async () => {
  const given = await givenListed(60)
  remove(given.account, given.list)
  await syncToRest(given.domain)

  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 60 })
  expect(await problemOf(given)).toMatchObject({ why: 'gone', list: 'Customers' })
  const calls = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)
  expect(calls('add_profiles_to_list'), 'not before an hour has passed').toEqual([])
  skip(HOUR_MS + 1_000)
  await syncToRest(given.domain)
  expect(calls('add_profiles_to_list')).toHaveLength(1)

  const other = given.account.addList('Others')
  await saveChosenDestination(given, { list: { id: other.id, name: other.name } })
  await syncToRest(given.domain)
  expect(membersOf(given.account, other)).toEqual(everyone(60))
  expect(await problemOf(given)).toBeNull()
})

test('when a list is deleted between two calls of a run, no added profile is lost, and nothing else', async () => {
  const given = await givenListed(1_200)
  sandbox.klaviyo.faults.add({
    kind: 'throttle',
    retryAfterSeconds: 5,
    everyNth: 2,
    times: 1,
    operations: ['add_profiles_to_list'],
  })
  for (let turns = 0; given.list.members.size === 0 && turns < 200; turns++) {
    const next = await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
    if (next) skip(next.getTime() - Date.now())
  }
  expect(given.list.members.size).toBeGreaterThan(0)
  remove(given.account, given.list)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1_200 })
  expect(await problemOf(given)).toMatchObject({ why: 'gone' })
})

test('a key that lost lists:write is a problem of the list only; single profiles are sent, and a complete key resolves it', async () => {
  const given = await givenListed(0)
  await syncToRest(given.domain)
  sandbox.klaviyo.scopeKey(given.key, NARROW)
  await tell(given.domain, given.shop.customers.create({ email: 'new@example.com' }))
  await syncToRest(given.domain)

  expect(await problemOf(given)).toMatchObject({ why: 'forbidden' })
  expect(await findConnection(given.domain, autocommit)).toMatchObject({ refusedAt: null })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1 })

  sandbox.klaviyo.scopeKey(given.key, [...NARROW, 'lists:write'])
  await connect(given)
  await syncToRest(given.domain)
  expect(given.members()).toEqual(['new@example.com'])
  expect(await problemOf(given)).toBeNull()
})

test('a profile that was deleted in Klaviyo is skipped, and the others join', async () => {
  const given = await givenListed(5)
  sandbox.klaviyo.faults.add({
    kind: 'throttle',
    retryAfterSeconds: 60,
    times: 1,
    operations: ['add_profiles_to_list'],
  })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
  for (let turns = 0; given.account.size < 5 && turns < 100; turns++) {
    const next = await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
    if (next) skip(next.getTime() - Date.now())
  }
  given.account.deleteProfile(given.account.profileByEmail(emailOf(1))!.id)
  given.account.deleteProfile(given.account.profileByEmail(emailOf(3))!.id)
  await syncToRest(given.domain)
  expect(given.members()).toEqual([0, 2, 4].map(emailOf))
  expect(
    await rowsIn(sandbox.databaseUrl, 'select 1 from profile where shop = $1 and list_change is not null', [
      given.domain,
    ]),
  ).toEqual([])
})

test('when the list is removed, no waiting profile joins it', async () => {
  const given = await givenListed(5)
  remove(given.account, given.list)
  await syncToRest(given.domain)
  await saveChosenDestination(given, { list: null })
  await syncToRest(given.domain)
  expect(await problemOf(given)).toBeNull()
  const waiting = 'select 1 from profile where shop = $1 and list_change is not null'
  expect(await rowsIn(sandbox.databaseUrl, waiting, [given.domain])).toEqual([])
})

test('another account has other lists: the list is forgotten, the rest of the destination stays', async () => {
  const given = await givenListed(3)
  await saveChosenDestination(given, {
    list: { id: given.list.id, name: given.list.name },
    existing: 'leave',
    mostNew: 2,
  })
  await syncToRest(given.domain)
  const key = `${given.key}other`
  sandbox.klaviyo.addAccount({ id: `${given.accountId}B`, name: 'Other', keys: [{ key, scopes: 'full' }] })
  await connectKlaviyo(given.domain, key, clock())
  await syncToRest(given.domain)

  const [{ destination }] = await rowsIn(sandbox.databaseUrl, 'select destination from shop where domain = $1', [
    given.domain,
  ])
  expect(destination).toMatchObject({ list: null, existing: 'leave', mostNew: 2 })
  await expectLaw(sandbox, { ...given, accountId: `${given.accountId}B` })
})

test('a customer that a rule excludes leaves the list if the merchant wants it, and is added again when it matches again', async () => {
  const given = await givenListed(3)
  await syncToRest(given.domain)
  const [ada] = given.shop.customers.ascending()
  const audience = { ...defaultAudience, tags: { anyOf: [], noneOf: ['staff'] }, leaving: 'off_list' }
  await rowsIn(sandbox.databaseUrl, 'update shop set audience = $2 where domain = $1', [
    given.domain,
    JSON.stringify(audience),
  ])

  await tell(given.domain, given.shop.customers.addTags(ada!.id, 'staff'))
  await syncToRest(given.domain)
  expect(given.members()).toEqual([1, 2].map(emailOf))
  const calls = callsSince(sandbox, given.accountId)
  await tell(given.domain, given.shop.customers.addTags(ada!.id, 'more'))
  await syncToRest(given.domain)
  expect(calls('remove_profiles_from_list'), 'once is enough').toEqual([])

  await tell(given.domain, given.shop.customers.removeTags(ada!.id, 'staff'))
  await syncToRest(given.domain)
  expect(given.members()).toEqual(everyone(3))
  await expectLaw(sandbox, given)
})

/** Excludes a customer by a rule, and lets it match again. Returns who is on the list after each. */
async function leaveOutAndBack(given: InstalledShop, customer: { id: string }, members: () => readonly string[]) {
  const audience = { ...defaultAudience, tags: { anyOf: [], noneOf: ['staff'] }, leaving: 'off_list' }
  await rowsIn(sandbox.databaseUrl, 'update shop set audience = $2 where domain = $1', [
    given.domain,
    JSON.stringify(audience),
  ])
  await tell(given.domain, given.shop.customers.addTags(customer.id, 'staff'))
  await syncToRest(given.domain)
  const leftOut = members()
  await tell(given.domain, given.shop.customers.removeTags(customer.id, 'staff'))
  await syncToRest(given.domain)
  return [leftOut, members()]
}

async function givenListChosenAfterwards() {
  const given = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'old@example.com' }))
  const account = sandbox.klaviyo.account(given.accountId)
  const list = account.addList('Customers')
  await saveChosenDestination(given, { list: { id: list.id, name: list.name } })
  const [old] = given.shop.customers.ascending()
  return { ...given, account, list, old: old!, members: () => membersOf(account, list) }
}

test('a customer delivered before the list was chosen does not join it by being excluded and matching again', async () => {
  const given = await givenListChosenAfterwards()
  expect(await leaveOutAndBack(given, given.old, given.members)).toEqual([[], []])
  await expectLaw(sandbox, given)
})

test('a profile that the merchant put on the list by hand is not removed from it by a rule', async () => {
  const given = await givenListChosenAfterwards()
  const { lists } = given.account.parts
  lists.join(given.list.id, given.account.profileByEmail('old@example.com')!, Date.now())
  const calls = callsSince(sandbox, given.accountId)
  const both = [['old@example.com'], ['old@example.com']]
  expect(await leaveOutAndBack(given, given.old, given.members)).toEqual(both)
  expect([...calls('remove_profiles_from_list'), ...calls('add_profiles_to_list')]).toEqual([])
})

test('a profile that Lockstep put on one list is not removed from another that is chosen afterwards', async () => {
  const given = await givenListed(1)
  await syncToRest(given.domain)
  const other = given.account.addList('Others')
  await saveChosenDestination(given, { list: { id: other.id, name: other.name } })
  given.account.parts.lists.join(other.id, given.account.profileByEmail(emailOf(0))!, Date.now())
  const members = () => membersOf(given.account, other)
  expect(await leaveOutAndBack(given, given.shop.customers.ascending()[0]!, members)).toEqual([
    [emailOf(0)],
    [emailOf(0)],
  ])
  expect(given.members()).toEqual([emailOf(0)])
})

test('while the integration is off nothing is changed on the list', async () => {
  const given = await givenListed(3)
  sandbox.klaviyo.faults.add({
    kind: 'throttle',
    retryAfterSeconds: 600,
    operations: ['add_profiles_to_list'],
    times: 1,
  })
  for (let turns = 0; given.account.size < 3 && turns < 100; turns++) {
    const next = await syncShop(given.domain, { clock, signal: AbortSignal.timeout(30_000) })
    if (next && given.account.size < 3) skip(next.getTime() - Date.now())
  }
  await switchOff(given)
  sandbox.klaviyo.faults.clear()
  skip(HOUR_MS)
  await syncToRest(given.domain)
  expect(given.members()).toEqual([])
})

test.each([
  [4, 1],
  [60, 1],
  [60, 2],
] as const)(
  'with %i customers, killed at any read of the clock after %i turns, all new profiles join, and no others',
  { timeout: 120_000 },
  async (customers, turns) => {
    for (const looks of looksFrom(1)) {
      const given = await givenListed(customers)
      await somebodyElseMakes(given, emailOf(0))
      await syncTurns(given, turns)
      const reached = await syncUntilKilled(sandbox, given, looks)
      await syncToRest(given.domain)
      expect([looks, given.members()]).toEqual([looks, everyone(customers).filter((email) => email !== emailOf(0))])
      await expectLaw(sandbox, given)
      if (!reached) return
    }
  },
)

test.each(['resetAfter', 'resetBefore', 'truncate', 'empty'] as const)(
  'when an answer about the list is lost (%s), no profile is missing from it',
  async (kind) => {
    const given = await givenListed(4)
    sandbox.klaviyo.faults.add({ kind, times: 2, operations: ['add_profiles_to_list'] })
    await syncToRest(given.domain)
    expect(given.members()).toEqual(everyone(4))
  },
)
