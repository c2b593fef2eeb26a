import { expect, test } from 'vitest'
import { findShop } from '#app/store/shops.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { loadAudienceOptions } from '#app/sync/settings/facts/load-audience-options.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { chooseAudience } from '#test/support/audience.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { skipToNight } from '#test/support/night.ts'
import { type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenSegmentShop, inAnyOf } from './given-audience.ts'

const sandbox = useSandbox()
const HOUR_MS = 60 * 60_000

/** Adds customers that are not reported. Returns their ids. */
function givenMany({ shop }: InstalledShop, count: number): string[] {
  const before = new Set(shop.customers.ascending().map(({ id }) => id))
  shop.customers.createMany(count, (i) => ({ email: `m${i}@example.com` }))
  return shop.customers.ascending().flatMap(({ id }) => (before.has(id) ? [] : id))
}

test('once a segment is chosen, the comparison excludes customers that are not in it, and keeps their profiles', async () => {
  const given = await givenSegmentShop(sandbox)
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await syncToRest(given.domain)

  expect(await given.lastRun()).toMatchObject({ trigger: 'settings_changed', state: 'finished', excluded: 1 })
  expect(await Promise.all([given.ada, given.ben, given.eve].map(given.stateOf))).toEqual([
    'synced',
    'synced',
    'rule_segment',
  ])
  expect(given.firstName('eve@example.com')).toBe('Old')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
  expect(await given.kept()).toEqual([])
})

test('of several segments, one is enough', async () => {
  const given = await givenSegmentShop(sandbox)
  const wholesale = given.shop.segments.add({ name: 'Wholesale', memberIds: [given.eve.id] })
  const empty = given.shop.segments.add({ name: 'Empty', memberIds: [] })
  given.shop.segments.setMembers(given.vip.id, [given.ada.id])
  await chooseAudience(sandbox, given, inAnyOf(empty, given.vip, wholesale))
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
  expect(await given.stateOf(given.ben)).toBe('rule_segment')
})

test('a full sync applies the segment as well', async () => {
  const given = await givenSegmentShop(sandbox)
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await syncToRest(given.domain)
  given.shop.segments.setMembers(given.vip.id, [given.eve.id])
  skip(HOUR_MS)
  await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })
  await syncToRest(given.domain)
  expect(await given.lastRun()).toMatchObject({ trigger: 'by_hand', state: 'finished', excluded: 2 })
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, byRule: 2 })
})

test('a live change of a member is sent, one of another customer is excluded', async () => {
  const given = await givenSegmentShop(sandbox)
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await syncToRest(given.domain)
  await tell(
    given.domain,
    given.shop.customers.update(given.ada.id, { firstName: 'New' }),
    given.shop.customers.update(given.eve.id, { firstName: 'New' }),
  )
  await syncToRest(given.domain)
  expect([given.firstName('ada@example.com'), given.firstName('eve@example.com')]).toEqual(['New', 'Old'])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
})

test('a customer that joins is sent, and one that leaves is excluded, with their next change', async () => {
  const given = await givenSegmentShop(sandbox)
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await syncToRest(given.domain)
  given.shop.segments.setMembers(given.vip.id, [given.ada.id, given.eve.id])
  await tell(
    given.domain,
    given.shop.customers.update(given.ben.id, { firstName: 'New' }),
    given.shop.customers.update(given.eve.id, { firstName: 'New' }),
  )
  await syncToRest(given.domain)
  expect([given.firstName('ben@example.com'), given.firstName('eve@example.com')]).toEqual(['Old', 'New'])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
})

test('customers that joined or left over time, which is not reported, are found by the nightly comparison', async () => {
  const given = await givenSegmentShop(sandbox, { nightly: true })
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await syncToRest(given.domain)
  skip(2 * HOUR_MS)
  await syncToRest(given.domain)
  given.shop.segments.setMembers(given.vip.id, [given.ada.id, given.eve.id])
  await skipToNight(sandbox, given)
  await syncToRest(given.domain)
  expect(await given.lastRun()).toMatchObject({ trigger: 'nightly', state: 'finished' })
  expect(await given.stateOf(given.ben)).toBe('rule_segment')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
})

test('without rules that need segments, Shopify is not asked for any', async () => {
  const given = await givenSegmentShop(sandbox)
  const asked = ['SegmentsByIds', 'SegmentMembers', 'SegmentMemberships'].map(given.asked)
  await chooseAudience(sandbox, given, { countries: [] })
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'New' }))
  await syncToRest(given.domain)
  expect(asked.map((times) => times())).toEqual([0, 0, 0])
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 3 })
})

test('a segment of 2,500 members is read page by page, and none is missed', async () => {
  const given = await givenSegmentShop(sandbox)
  const many = givenMany(given, 2_500)
  given.shop.segments.setMembers(given.vip.id, many)
  const pages = given.asked('SegmentMembers')
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await syncToRest(given.domain)
  expect(pages()).toBe(10)
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2_500, byRule: 3 })
})

test('a storm of changes is read in calls within Shopify’s points', async () => {
  const given = await givenSegmentShop(sandbox, { restoreRate: 100 })
  const many = givenMany(given, 150)
  const segments = Array.from({ length: 20 }, (_, i) => given.shop.segments.add({ name: `S${i}`, memberIds: [] }))
  given.shop.segments.setMembers(segments[7]!.id, many.slice(0, 90))
  await chooseAudience(sandbox, given, inAnyOf(...segments))
  await syncToRest(given.domain)
  const calls = given.asked('SegmentMemberships')
  const throttled = () => sandbox.shopify.log.all().filter((request) => request.throttled).length
  const before = throttled()
  await tell(given.domain, ...many.map((id) => given.shop.customers.update(id, { firstName: 'New' })))
  await syncToRest(given.domain)
  expect(calls()).toBeGreaterThan(3)
  expect(throttled()).toBe(before)
  expect(given.firstName('m3@example.com')).toBe('New')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 90, byRule: 63 })
})

test.each(['nobody', 'error'] as const)(
  'a deleted segment has no members, also when Shopify returns %s; it is recorded and shown, and nothing is lost',
  async (answer) => {
    const given = await givenSegmentShop(sandbox)
    given.shop.segments.goneAnswer = answer
    const other = given.shop.segments.add({ name: 'Other', memberIds: [given.eve.id] })
    const audience = inAnyOf(given.vip, other)
    await chooseAudience(sandbox, given, audience)
    await syncToRest(given.domain)
    given.shop.segments.remove(given.vip.id)
    await tell(
      given.domain,
      given.shop.customers.update(given.ada.id, { firstName: 'New' }),
      given.shop.customers.update(given.eve.id, { firstName: 'New' }),
    )
    await syncToRest(given.domain)
    expect([await given.stateOf(given.ada), await given.stateOf(given.eve)]).toEqual(['rule_segment', 'synced'])
    expect([given.firstName('ada@example.com'), given.firstName('eve@example.com')]).toEqual(['Old', 'New'])
    expect((await findShop(given.domain))!.segmentsGone).toEqual([given.vip.id])
    expect((await loadSyncCard(given.domain, clock())).segmentsGone).toEqual(['VIP'])

    await chooseAudience(sandbox, given, audience)
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 1, byRule: 2 })
    const { gone } = await loadAudienceOptions(given.domain, (await findShop(given.domain))!.audience)
    expect(gone).toEqual([{ id: given.vip.id, name: 'VIP' }])

    await chooseAudience(sandbox, given, inAnyOf(other))
    expect((await loadSyncCard(given.domain, clock())).segmentsGone).toEqual([])
  },
)

test.each(['nobody', 'error'] as const)(
  'a run whose segment was deleted, with Shopify returning %s, excludes all customers and says so',
  async (answer) => {
    const given = await givenSegmentShop(sandbox)
    given.shop.segments.goneAnswer = answer
    given.shop.segments.remove(given.vip.id)
    await chooseAudience(sandbox, given, inAnyOf(given.vip))
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 0, byRule: 3 })
    expect((await loadSyncCard(given.domain, clock())).segmentsGone).toEqual(['VIP'])
    expect(given.firstName('ada@example.com')).toBe('Old')
  },
)

test('a segment that Shopify cannot show for a while does not count as gone', async () => {
  const given = await givenSegmentShop(sandbox)
  for (const operation of ['SegmentsByIds', 'SegmentMembers', 'SegmentMemberships'])
    sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation, times: 2 })
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'New' }))
  await syncToRest(given.domain)
  expect((await findShop(given.domain))!.segmentsGone).toEqual([])
  expect(given.firstName('ada@example.com')).toBe('New')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
})

test('a segment whose members Shopify cannot read does not count as gone: no customer is excluded because of it', async () => {
  const given = await givenSegmentShop(sandbox)
  given.shop.segments.failing.add(given.vip.id)
  await chooseAudience(sandbox, given, inAnyOf(given.vip))
  await tell(given.domain, given.shop.customers.update(given.ada.id, { firstName: 'New' }))
  for (let seconds = 0; seconds < 40; seconds += 10) {
    await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
    skip(10_000)
  }
  expect((await findShop(given.domain))!.segmentsGone).toEqual([])
  expect([await given.stateOf(given.ada), await given.stateOf(given.eve)]).toEqual(['synced', 'synced'])
  given.shop.segments.failing.clear()
  await syncToRest(given.domain)
  expect(given.firstName('ada@example.com')).toBe('New')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 2, byRule: 1 })
})
