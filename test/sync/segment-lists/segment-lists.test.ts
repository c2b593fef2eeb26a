import { expect, test } from 'vitest'
import type { CustomerId } from '#app/core/ids.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { transaction } from '#app/store/database.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { keepSegmentList, segmentListState, stopKeeping } from '#app/sync/segment-lists/choose-segment-list.ts'
import { callsSince } from '#test/support/calls.ts'
import { clock } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { emailOf, emails, givenKept, lookAgain } from './given-segment-list.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

test('the members of a segment are put on a list of its own; no profile is made for it, and no consent changes', async () => {
  const given = await givenKept(sandbox, {
    customers: 4,
    inSegment: [0, 1, 4],
    make: (shop) => void shop.customers.create({ phone: '+15555550123' }),
  })
  const before = given.account.size
  await syncToRest(given.domain)

  expect(given.lists().map(({ name }) => name)).toEqual([`VIPs (Shopify segment ${given.segment.split('/').at(-1)})`])
  expect(given.members()).toEqual(emails(0, 1))
  expect(given.account.size).toBe(before)
  expect(await given.report()).toMatchObject({ segmentName: 'VIPs', listed: 2, problem: null, isKept: true })
  await expectLaw(sandbox, given)
})

test('an hour later, customers who joined the segment are put on the list, and those who left it are taken off', async () => {
  const given = await givenKept(sandbox, { customers: 5, inSegment: [0, 1, 2] })
  await syncToRest(given.domain)
  given.setSegment(2, 3)
  await syncToRest(given.domain)
  expect(given.members(), 'not before an hour has passed').toEqual(emails(0, 1, 2))

  await lookAgain(given)
  expect(given.members()).toEqual(emails(2, 3))
  expect(await given.report()).toMatchObject({ listed: 2 })
  given.setSegment()
  await lookAgain(given)
  expect(given.members()).toEqual([])
  expect(await given.stored()).toEqual([])
})

test('while nothing changes, a look changes nothing in Klaviyo', async () => {
  const given = await givenKept(sandbox, { customers: 3, inSegment: [0, 1] })
  await syncToRest(given.domain)
  const calls = callsSince(sandbox, given.accountId)
  await lookAgain(given)
  expect([...calls('add_profiles_to_list'), ...calls('remove_profiles_from_list'), ...calls('create_list')]).toEqual([])
})

test('a profile that somebody put on the list in Klaviyo stays there', async () => {
  const given = await givenKept(sandbox, { customers: 3, inSegment: [0, 1] })
  await syncToRest(given.domain)
  given.account.parts.lists.join(given.list().id, given.account.profileByEmail(emailOf(2))!, Date.now())
  given.setSegment(1)
  await lookAgain(given)
  expect(given.members()).toEqual(emails(1, 2))
})

test('a member who is synced only later joins the list with the next look', async () => {
  const given = await givenKept(sandbox, {
    customers: 1,
    inSegment: [0, 1],
    make: (shop) => void shop.customers.create({ firstName: 'Late' }),
  })
  await syncToRest(given.domain)
  expect(given.members()).toEqual(emails(0))
  await tell(given.domain, given.shop.customers.update(given.ids[1]!, { email: emailOf(7) }))
  await lookAgain(given)
  expect(given.members()).toEqual(emails(0, 7))
  await expectLaw(sandbox, given)
})

test('a member whom a rule of the audience excludes leaves the list, and comes back with the rule', async () => {
  const given = await givenKept(sandbox, { customers: 2, inSegment: [0, 1] })
  await syncToRest(given.domain)
  const audience = { ...defaultAudience, tags: { anyOf: [], noneOf: ['staff'] } }
  await rowsIn(sandbox.databaseUrl, 'update shop set audience = $2 where domain = $1', [
    given.domain,
    JSON.stringify(audience),
  ])
  await tell(given.domain, given.shop.customers.addTags(given.ids[0]!, 'staff'))
  await lookAgain(given)
  expect(given.members()).toEqual(emails(1))
  await tell(given.domain, given.shop.customers.removeTags(given.ids[0]!, 'staff'))
  await lookAgain(given)
  expect(given.members()).toEqual(emails(0, 1))
})

test('5,000 members are read in pages and put on the list in calls of at most 1,000', {
  timeout: 120_000,
}, async () => {
  const everyone = Array.from({ length: 5_000 }, (_, i) => i)
  const given = await givenKept(sandbox, { customers: 5_000, inSegment: everyone })
  const calls = callsSince(sandbox, given.accountId)
  await syncToRest(given.domain)
  expect(given.list().members.size).toBe(5_000)
  expect(calls('add_profiles_to_list')).toHaveLength(5)
  given.setSegment(...everyone.slice(2_500))
  await lookAgain(given)
  expect(given.members()).toEqual(emails(...everyone.slice(2_500)))
  await expectLaw(sandbox, given)
})

test('of customers that Shopify merges, the one that stays is on the list, once', async () => {
  const given = await givenKept(sandbox, { customers: 3, inSegment: [0, 1, 2] })
  await syncToRest(given.domain)
  given.shop.webhooks.automatic = true
  given.shop.customers.merge(given.ids[1]!, given.ids[0]!)
  await given.shop.webhooks.flush()
  given.setSegment(1, 2)
  await syncToRest(given.domain)
  await lookAgain(given)
  expect(given.list().members.size).toBe(2)
  expect(await given.stored()).toHaveLength(2)
  await expectLaw(sandbox, given)
})

test('of an erased customer nothing is stored', async () => {
  const given = await givenKept(sandbox, { customers: 3, inSegment: [0, 1] })
  await syncToRest(given.domain)
  const id = given.ids[0] as CustomerId
  await transaction((on) => eraseCustomer(given.domain, id, [], clock(), on))
  expect(await given.stored()).toHaveLength(1)
  await lookAgain(given)
  expect(await given.stored()).toHaveLength(1)
  expect(given.members()).toEqual(emails(1))
})

test('stopped by hand, the list stays as it is; asked again, it goes on with the same list', async () => {
  const given = await givenKept(sandbox, { customers: 3, inSegment: [0, 1] })
  await syncToRest(given.domain)
  await stopKeeping(given.domain, given.segment, clock())
  given.setSegment(2)
  await lookAgain(given)
  expect(given.members()).toEqual(emails(0, 1))
  expect(await given.report()).toBeUndefined()
  expect(await segmentListState(given.domain, given.segment)).toBe('none')

  await keepSegmentList(given.domain, given.segment, clock())
  await syncToRest(given.domain)
  expect(given.lists()).toHaveLength(1)
  expect(given.members()).toEqual(emails(2))
})

test('at most ten segments of a shop are kept; a second press changes nothing', async () => {
  const given = await givenKept(sandbox, { customers: 1, inSegment: [0] })
  const press = () =>
    keepSegmentList(given.domain, given.shop.segments.add({ name: 'More', memberIds: [] }).id, clock())
  for (let others = 0; others < 9; others++) expect(await press()).toBe('kept')
  expect(await press()).toBe('full')
  expect(await keepSegmentList(given.domain, given.segment, clock())).toBe('kept')
  await syncToRest(given.domain)
  expect(given.lists()).toHaveLength(10)
})
