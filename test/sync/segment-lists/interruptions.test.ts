import { beforeAll, expect, test } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { keepSegmentList, segmentListState } from '#app/sync/segment-lists/choose-segment-list.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { looksFrom, prepareKilling, syncUntilKilled } from '#test/support/looks.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff } from '#test/support/switch.ts'
import { emailOf, emails, givenKept, type Kept, lookAgain, takeTurn } from './given-segment-list.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
beforeAll(() => prepareKilling(sandbox))

const NARROW = ['accounts:read', 'data-privacy:write', 'lists:read', 'profiles:read', 'profiles:write']

function removeList({ account, list }: Kept): void {
  account.parts.lists.delete(list(), (id) => account.profileById(id))
}

test('killed at any read of the clock, there is one list, and it holds the members of the segment', {
  timeout: 120_000,
}, async () => {
  for (const looks of looksFrom(1)) {
    const given = await givenKept(sandbox, { customers: 4, inSegment: [0, 1] })
    const first = await syncUntilKilled(sandbox, given, looks)
    given.setSegment(1, 2)
    await syncToRest(given.domain)
    skip(60 * 60_000 + 1_000)
    given.setSegment(2, 3)
    const second = await syncUntilKilled(sandbox, given, looks)
    given.setSegment(3)
    await syncToRest(given.domain)
    await lookAgain(given)
    expect([looks, given.lists().length, given.members()]).toEqual([looks, 1, emails(3)])
    await expectLaw(sandbox, given)
    if (!first && !second) return
  }
})

test.each(['resetAfter', 'resetBefore', 'truncate', 'empty'] as const)(
  'when answers about the list are lost (%s), there is one list, and nobody is missing or left on it',
  async (kind) => {
    const given = await givenKept(sandbox, { customers: 4, inSegment: [0, 1, 2] })
    const operations = ['create_list', 'get_lists', 'add_profiles_to_list', 'remove_profiles_from_list'] as const
    for (const operation of operations) sandbox.klaviyo.faults.add({ kind, times: 1, operations: [operation] })
    await syncToRest(given.domain)
    given.setSegment(2, 3)
    await lookAgain(given)
    expect([given.lists().length, given.members()]).toEqual([1, emails(2, 3)])
  },
)

test('a customer who leaves the segment before the answer about joining has come is taken off the list', async () => {
  const given = await givenKept(sandbox, { customers: 2, inSegment: [0, 1] })
  sandbox.klaviyo.faults.add({ kind: 'resetAfter', times: 1, operations: ['add_profiles_to_list'] })
  for (let turns = 0; turns < 20 && given.lists().every(({ members }) => members.size === 0); turns++)
    await takeTurn(given)
  expect(given.members()).toEqual(emails(0, 1))
  given.setSegment(1)
  await lookAgain(given)
  await lookAgain(given)
  expect(given.members()).toEqual(emails(1))
})

test('429 lets the list wait as long as Klaviyo says', async () => {
  const given = await givenKept(sandbox, { customers: 2, inSegment: [0, 1] })
  sandbox.klaviyo.faults.add({
    kind: 'throttle',
    retryAfterSeconds: 30,
    times: 2,
    operations: ['add_profiles_to_list'],
  })
  await syncToRest(given.domain)
  expect(given.members()).toEqual(emails(0, 1))
  await expectLaw(sandbox, given)
})

test('while Shopify refuses, throttles or does not answer, nobody is taken off the list', async () => {
  const given = await givenKept(sandbox, { customers: 300, inSegment: [0, 1, 260] })
  await syncToRest(given.domain)
  for (const fault of [
    { kind: 'status', status: 403 },
    { kind: 'throttled' },
    { kind: 'reset', when: 'before' },
  ] as const) {
    skip(60 * 60_000 + 1_000)
    sandbox.shopify.faults.cause({ ...fault, shop: given.domain, operation: 'SegmentMembers' })
    for (let turns = 0; turns < 4; turns++) await takeTurn(given)
    sandbox.shopify.faults.clear()
    expect(given.members()).toEqual(emails(0, 1, 260))
  }
  given.setSegment(260)
  await syncToRest(given.domain)
  await lookAgain(given)
  expect(given.members()).toEqual(emails(260))
})

test.each(['nobody', 'error'] as const)(
  'a segment that is deleted ends it, and its list stays as it is (%s)',
  async (answer) => {
    const given = await givenKept(sandbox, { customers: 2, inSegment: [0, 1] })
    await syncToRest(given.domain)
    given.shop.segments.goneAnswer = answer
    given.shop.segments.remove(given.segment)
    await lookAgain(given)
    expect(given.members()).toEqual(emails(0, 1))
    expect(await given.report()).toMatchObject({ problem: 'segment_gone', isKept: false, listName: given.list().name })
    await expectLaw(sandbox, given)
  },
)

test('a list that is deleted in Klaviyo ends it and is not made again by itself, but by another press', async () => {
  const given = await givenKept(sandbox, { customers: 2, inSegment: [0, 1] })
  await syncToRest(given.domain)
  removeList(given)
  await lookAgain(given)
  await lookAgain(given)
  expect(given.lists()).toEqual([])
  expect(await given.report()).toMatchObject({ problem: 'list_gone', isKept: false })
  expect(await segmentListState(given.domain, given.segment)).toBe('list_gone')
  await keepSegmentList(given.domain, given.segment, clock())
  await syncToRest(given.domain)
  expect(given.members()).toEqual(emails(0, 1))
  expect(await given.report()).toMatchObject({ problem: null, isKept: true })
})

test('a list that is renamed in Klaviyo stays the list of the segment', async () => {
  const given = await givenKept(sandbox, { customers: 2, inSegment: [0] })
  await syncToRest(given.domain)
  given.list().name = 'Our best'
  given.setSegment(1)
  await lookAgain(given)
  expect([given.lists().length, given.members()]).toEqual([1, emails(1)])
  expect(await given.report()).toMatchObject({ listName: 'Our best' })
})

test('a key that may not change lists is a problem of the list only, which is tried again at each look', async () => {
  const given = await givenKept(sandbox, { customers: 2, inSegment: [0] })
  sandbox.klaviyo.scopeKey(given.key, NARROW)
  await syncToRest(given.domain)
  expect(await given.report()).toMatchObject({ problem: 'forbidden', isKept: true })
  await expectLaw(sandbox, given)
  sandbox.klaviyo.scopeKey(given.key, [...NARROW, 'lists:write'])
  await lookAgain(given)
  expect(given.members()).toEqual(emails(0))
  expect(await given.report()).toMatchObject({ problem: null })
})

test('a profile that was deleted in Klaviyo does not keep the others from joining or leaving', async () => {
  const given = await givenKept(sandbox, { customers: 4, inSegment: [0, 1, 2] })
  given.account.deleteProfile(given.account.profileByEmail(emailOf(1))!.id)
  await syncToRest(given.domain)
  expect(given.members()).toEqual(emails(0, 2))
  given.account.deleteProfile(given.account.profileByEmail(emailOf(0))!.id)
  given.setSegment(3)
  await lookAgain(given)
  expect(given.members()).toEqual(emails(3))
})

test('while the integration is off, nobody joins or leaves', async () => {
  const given = await givenKept(sandbox, { customers: 3, inSegment: [0] })
  await syncToRest(given.domain)
  await switchOff(given)
  given.setSegment(1)
  const calls = callsSince(sandbox, given.accountId)
  await lookAgain(given)
  expect(given.members()).toEqual(emails(0))
  expect(calls('add_profiles_to_list')).toEqual([])
})

test('in another account nothing is kept: the list in the former one stays as it is', async () => {
  const given = await givenKept(sandbox, { customers: 2, inSegment: [0, 1] })
  await syncToRest(given.domain)
  const key = `${given.key}other`
  sandbox.klaviyo.addAccount({ id: `${given.accountId}B`, name: 'Other', keys: [{ key, scopes: 'full' }] })
  await connectKlaviyo(given.domain, key, clock())
  await syncToRest(given.domain)
  await lookAgain(given)
  expect(await given.report()).toMatchObject({ problem: 'other_account', isKept: false })
  expect(given.members()).toEqual(emails(0, 1))
  expect(sandbox.klaviyo.account(`${given.accountId}B`).lists).toEqual([])
})
