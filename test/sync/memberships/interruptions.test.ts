import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { customerNumber } from '#app/core/ids.ts'
import { type Audience, defaultAudience as everyone, membershipQueryOf } from '#app/core/settings/audience.ts'
import { transaction } from '#app/store/database.ts'
import { deleteAllProfiles } from '#app/store/forgotten-profiles.ts'
import { deleteMembershipSnapshot, dropAbandonedSnapshots, findMemberships } from '#app/store/memberships.ts'
import { eraseShop, findShop } from '#app/store/shops.ts'
import { collectMemberships } from '#app/sync/memberships/collect-memberships.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Fault } from '#test/sandbox/shopify/faults.ts'
import { chooseAudience } from '#test/support/audience.ts'
import { clock, skip } from '#test/support/clock.ts'
import { expectLaw } from '#test/support/law.ts'
import { countingClock, eventfulClock, prepareKilling, syncToRestBy, syncUntilKilled } from '#test/support/looks.ts'
import { rowsIn } from '#test/support/rows.ts'
import { type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'
import { companiesBy, givenSegmentShop, inAnyOf } from './given-audience.ts'

const sandbox = useSandbox({ bulkDurationMs: 0 })
beforeAll(() => prepareKilling(sandbox))

const HELD_MS = 121_000
const HOUR_MS = 60 * 60_000

/** A shop in sync, in which only customers are synced from now on that are in one of two segments and contacts of a company. */
async function givenAsking() {
  const given = await givenSegmentShop(sandbox, { b2b: true })
  const { companies, customers, segments } = given.shop
  const before = new Set(customers.ascending().map(({ id }) => id))
  customers.createMany(270, (i) => ({ email: `m${i}@example.com` }))
  const many = customers.ascending().flatMap(({ id }) => (before.has(id) ? [] : id))
  segments.setMembers(given.vip.id, [given.ada.id, ...many])
  const other = segments.add({ name: 'Other', memberIds: [given.ben.id, given.eve.id] })
  const acme = companies.add({ name: 'Acme' })
  for (const { id } of [given.ada, given.ben]) companies.addContact(acme.id, { customerId: id })
  for (const id of many.slice(0, 5)) companies.addContact(acme.id, { customerId: id })
  const audience: Partial<Audience> = { ...inAnyOf(given.vip, other), ...companiesBy({ roles: ['Ordering only'] }) }
  await chooseAudience(sandbox, given, audience)
  return { ...given, many, other, acme, audience }
}

const inStep = { synced: 7, byRule: 266 }
const askedOf = (audience: Partial<Audience>) => membershipQueryOf(audience as Audience)!
const soon = () => ({ until: new Date(Date.now() + 30_000), clock })

/** Runs turns of the shop until all memberships are collected, while there is no file yet. */
async function syncAMinute({ domain }: InstalledShop): Promise<void> {
  for (let looks = 0; looks < 20; looks++) {
    await syncShop(domain, { clock, signal: AbortSignal.timeout(10_000) })
    skip(3_000)
  }
}

test('a collection that is killed at any read of the clock continues from there, and no customer is judged by half of it', async () => {
  let killed = 0
  for (let looks = 1; ; looks += 3) {
    const given = await givenAsking()
    if (!(await syncUntilKilled(sandbox, given, looks))) break
    killed++
    skip(HELD_MS)
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given), `killed after ${looks} looks`).toMatchObject(inStep)
    expect(await given.kept()).toEqual([])
  }
  expect(killed).toBeGreaterThan(5)
}, 180_000)

test('a run whose worker is killed over and over finishes', async () => {
  const given = await givenAsking()
  for (let looks = 6; looks < 60; looks += 2) {
    await syncUntilKilled(sandbox, given, looks)
    skip(HELD_MS)
  }
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject(inStep)
  expect(await given.kept()).toEqual([])
}, 60_000)

test.each<[string, Fault]>([
  ['throttles', { kind: 'throttled', times: 3 }],
  ['is busy', { kind: 'too-many-requests', retryAfterSeconds: 4, times: 3 }],
  ['fails', { kind: 'status', status: 502, html: true, times: 3 }],
  ['cuts the line before it acts', { kind: 'reset', when: 'before', times: 3 }],
  ['cuts the line after it acted', { kind: 'reset', when: 'after', times: 3 }],
])(
  'when Shopify %s, memberships are collected later',
  async (_, fault) => {
    for (const operation of ['SegmentsByIds', 'SegmentMembers', 'BulkStart', 'BulkStatus']) {
      const given = await givenAsking()
      sandbox.shopify.faults.cause({ ...fault, operation })
      await syncToRest(given.domain)
      expect(await expectLaw(sandbox, given), operation).toMatchObject(inStep)
    }
  },
  60_000,
)

test.each(['SegmentMemberships', 'CompanyPlaces', 'SegmentsByIds'])(
  'while %s cannot be read, live changes wait, and no attempt is used up in the end',
  async (operation) => {
    const given = await givenAsking()
    await syncToRest(given.domain)
    if (operation === 'SegmentsByIds') {
      given.shop.segments.goneAnswer = 'error'
      given.shop.segments.remove(given.other.id)
    }
    sandbox.shopify.faults.cause({ kind: 'status', status: 503, operation, times: 2 })
    sandbox.shopify.faults.cause({ kind: 'throttled', operation, times: 2 })
    await tell(
      given.domain,
      given.shop.customers.update(given.ada.id, { firstName: 'New' }),
      given.shop.customers.update(given.eve.id, { firstName: 'New' }),
    )
    await syncToRest(given.domain)
    expect([given.firstName('ada@example.com'), given.firstName('eve@example.com')]).toEqual(['New', 'Old'])
    if (operation !== 'SegmentsByIds') expect(await expectLaw(sandbox, given)).toMatchObject(inStep)
  },
)

test('a customer whose memberships Shopify cannot read delays no other', async () => {
  const given = await givenAsking()
  await syncToRest(given.domain)
  given.shop.companies.addContact(given.acme.id, { customerId: given.eve.id })
  given.shop.segments.failing.add(`gid://shopify/Customer/${given.eve.id}`)
  await tell(
    given.domain,
    given.shop.customers.update(given.ada.id, { firstName: 'New' }),
    given.shop.customers.update(given.eve.id, { firstName: 'New' }),
  )
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  expect([given.firstName('ada@example.com'), given.firstName('eve@example.com')]).toEqual(['New', 'Old'])
  given.shop.segments.failing.clear()
  await syncToRest(given.domain)
  expect(given.firstName('eve@example.com')).toBe('New')
  expect(await expectLaw(sandbox, given)).toMatchObject({ synced: 8, byRule: 265 })
})

test('a collected page is progress: a long collection is not a stall', async () => {
  const given = await givenAsking()
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', times: 1 })
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  skip(11 * 60_000)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  expect((await given.kept())[0]).toMatchObject({ complete: false })
  expect((await loadSyncCard(given.domain, clock())).run).toMatchObject({ state: 'reading', stall: null })
})

test.each<[string, Fault]>([
  ['failed', { kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR', times: 3 }],
  ['was cancelled', { kind: 'bulk-canceled', times: 3 }],
  ['can no longer be fetched', { kind: 'url-expired', times: 3 }],
  ['broke off while it was read', { kind: 'download-cut', afterBytes: 700, times: 3 }],
])('when an operation of the run %s, whoever it was for, all is asked again', async (_, fault) => {
  const given = await givenAsking()
  sandbox.shopify.faults.cause(fault)
  await syncToRest(given.domain)
  expect(await expectLaw(sandbox, given)).toMatchObject(inStep)
  expect(await given.kept()).toEqual([])
})

test('when the customers’ operation is lost, the memberships collected for it are collected again', async () => {
  const given = await givenAsking()
  sandbox.shopify.faults.cause({ kind: 'bulk-stalled', times: 1 })
  await syncAMinute(given)
  expect((await given.kept())[0]).toMatchObject({ complete: true })
  // By the time the next file is requested, one customer has left the segment and another has joined.
  given.shop.segments.setMembers(given.vip.id, given.many)
  given.shop.companies.addContact(given.acme.id, { customerId: given.eve.id })
  const pages = given.asked('SegmentMembers')
  given.shop.bulk.cancel(given.shop.bulk.all().find(({ isOpen }) => isOpen)!)
  await syncToRest(given.domain)
  expect(pages()).toBeGreaterThan(2)
  expect(await given.stateOf(given.ada)).toBe('rule_segment')
  expect(await expectLaw(sandbox, given)).toMatchObject(inStep)
})

test('when the audience changes during a run, the rest of the run uses memberships that are collected again', async () => {
  const counted = countingClock()
  const first = await givenAsking()
  await syncToRestBy(first, counted.clock)
  for (let look = 4; look < counted.looks(); look += 11) {
    const given = await givenAsking()
    const change = eventfulClock(look, () => chooseAudience(sandbox, given, inAnyOf(given.other)))
    await syncToRestBy(given, change.clock)
    await change.done()
    await syncToRest(given.domain)
    expect(await expectLaw(sandbox, given), `changed at look ${look}`).toMatchObject({ synced: 2, byRule: 271 })
    expect(await given.kept()).toEqual([])
  }
}, 120_000)

test('no snapshot outlives its run: cancelled by hand, superseded, reset, or erased with the shop', async () => {
  const given = await givenAsking()
  const collectAll = async () => {
    sandbox.shopify.faults.cause({ kind: 'bulk-stalled', times: 1 })
    await syncAMinute(given)
    expect((await given.kept())[0]).toMatchObject({ complete: true })
    expect((await given.kept()).length).toBeGreaterThan(270)
  }
  await collectAll()
  await cancelRun(given.domain, { run: (await given.lastRun()).id, by: null, now: clock() })
  expect(await given.kept()).toEqual([])

  await chooseAudience(sandbox, given, given.audience)
  await collectAll()
  skip(HOUR_MS)
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  expect(await given.kept()).toEqual([])

  await collectAll()
  await switchOff(given)
  await syncShop(given.domain, { clock, signal: AbortSignal.timeout(10_000) })
  await switchOn(given, 'past_and_future', { resetWord: 'RESET' })
  expect(await given.kept()).toEqual([])

  await collectAll()
  await eraseShop(given.domain)
  expect(await given.kept()).toEqual([])
})

test('another snapshot is separate from the run’s, starts again when the query changes, and is deleted after an hour without use', async () => {
  const given = await givenAsking()
  const holder = randomUUID()
  const ids = [given.ada, given.eve].map(({ id }) => customerNumber.parse(id))
  const vip = askedOf({ ...everyone, ...inAnyOf(given.vip) })
  expect(await collectMemberships(given.domain, holder, vip, soon())).toBe('complete')
  expect([...(await findMemberships(given.domain, holder, ids)).keys()]).toEqual([given.ada.id])
  expect(await findMemberships(given.domain, randomUUID(), ids)).toEqual(new Map())

  const other = askedOf({ ...everyone, ...inAnyOf(given.other) })
  expect(await collectMemberships(given.domain, holder, other, soon())).toBe('complete')
  expect((await findMemberships(given.domain, holder, ids)).get(ids[1]!)).toEqual({
    segments: new Set([given.other.id]),
    places: [],
  })
  await dropAbandonedSnapshots({ before: new Date(Date.now() - HOUR_MS), limit: 100 })
  expect(await given.kept()).toHaveLength(3)
  await dropAbandonedSnapshots({ before: new Date(Date.now() + 1), limit: 100 })
  expect(await given.kept()).toEqual([])
  expect(await collectMemberships(given.domain, holder, vip, soon())).toBe('complete')
  await deleteMembershipSnapshot(given.domain, holder)
  expect(await given.kept()).toEqual([])
})

test('a page that arrives after its snapshot was deleted is not saved', async () => {
  const given = await givenAsking()
  const holder = randomUUID()
  const vip = askedOf({ ...everyone, ...inAnyOf(given.vip) })
  const counted = countingClock()
  await collectMemberships(given.domain, holder, vip, { ...soon(), clock: counted.clock })
  await deleteMembershipSnapshot(given.domain, holder)
  for (let look = 1; look <= counted.looks(); look++) {
    const watched = eventfulClock(look, () => deleteMembershipSnapshot(given.domain, holder))
    await collectMemberships(given.domain, holder, vip, { ...soon(), clock: watched.clock })
    await watched.done()
    await deleteMembershipSnapshot(given.domain, holder)
    expect(await given.kept()).toEqual([])
  }
})

test('collecting leaves points to live reads', async () => {
  const given = await givenSegmentShop(sandbox, { restoreRate: 100 })
  const { customers, segments } = given.shop
  customers.createMany(2_500, (i) => ({ email: `m${i}@example.com` }))
  segments.setMembers(
    given.vip.id,
    customers.ascending().map(({ id }) => id),
  )
  const outcome = await collectMemberships(
    given.domain,
    randomUUID(),
    askedOf({ ...everyone, ...inAnyOf(given.vip) }),
    soon(),
  )
  expect(outcome).toBe('throttled')
  expect(given.shop.points.status().currentlyAvailable).toBeGreaterThan(200)
})

test('nothing of another shop is read, saved or deleted', async () => {
  const [given, other] = [await givenAsking(), await givenAsking()]
  const holder = randomUUID()
  const asked = askedOf({ ...everyone, ...inAnyOf(given.vip) })
  await collectMemberships(given.domain, holder, asked, soon())
  const before = await given.kept()
  const ids = [customerNumber.parse(given.ada.id)]
  expect(await findMemberships(other.domain, holder, ids)).toEqual(new Map())
  await deleteMembershipSnapshot(other.domain, holder)
  await transaction((on) => deleteAllProfiles(other.domain, on))
  await eraseShop(other.domain)
  expect(await given.kept()).toEqual(before)
  expect((await findShop(given.domain))!.segmentsGone).toEqual([])
  await rowsIn(sandbox.databaseUrl, 'delete from membership_snapshot where shop = $1', [given.domain])
})
