import { expect, test } from 'vitest'
import { lateWriter, movedTo } from '#test/sandbox/shopify/loyalty-apps/faults.ts'
import { loyaltyApps } from '#test/sandbox/shopify/loyalty-apps/loyalty-apps.ts'
import { skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { expectLaw } from '#test/support/law.ts'
import { rowsIn } from '#test/support/rows.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff, switchOn } from '#test/support/switch.ts'
import { fromMetafield, givenLoyaltyShop, syncDue } from './given-loyalty-shop.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)

const MINUTE_MS = 60_000

/** An app of which no trigger tells, and that writes forty minutes after an order. */
const acme = movedTo(loyaltyApps.mage, 'acme')
const acmePoints = fromMetafield('acme.loyalty', 'points_balance')
const magePoints = fromMetafield('mage.loyalty', 'points_balance')

test('points that are written forty minutes after an order reach Klaviyo by the read after an hour', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  const late = lateWriter(acme)
  await given.order()
  late.write(given.shop, given.id(), { points: 90, tier: null })
  await syncDue(given)
  skip(10 * MINUTE_MS)
  await syncDue(given)
  expect(given.points()).toBeUndefined()

  skip(31 * MINUTE_MS)
  expect(late.writeDue()).toBe(1)
  await syncDue(given)
  expect(given.points(), 'the write was silent').toBeUndefined()

  skip(20 * MINUTE_MS)
  await syncDue(given)
  expect(given.points()).toBe(90)
  expect(await given.marks()).toEqual([])
  await expectLaw(sandbox, given)
})

test('the reads come one, five and sixty minutes after the order, and none is left then', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  await given.order()
  const [{ ordered_at: orderedAt }] = await given.marks()
  const minutes: number[] = []
  for (;;) {
    const next = await syncDue(given)
    if (!next) break
    minutes.push(Math.round((next.getTime() - orderedAt.getTime()) / 1_000) / 60)
    skip(next.getTime() - Date.now())
  }
  // The first is the read that confirms the one right after the order.
  expect(minutes).toEqual([10 / 60, 1, 5, 60])
})

test('a customer who orders ten times within an hour is read as after the last order, and after those that were due before it', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  const before = given.reads()
  for (let i = 0; i < 10; i++) {
    await given.order()
    await syncDue(given)
    skip(6 * MINUTE_MS)
  }
  await syncDue(given)
  expect(await given.marks()).toMatchObject([{ confirming: true }])
  await syncToRest(given.domain)
  // Of each: the order itself, its confirmation together with the read after a minute or five, and of the last also that after an hour.
  expect(given.reads() - before).toBeLessThanOrEqual(10 * 3 + 2)
  expect(await given.marks()).toEqual([])
})

test('ten orders at once are one mark, and as many reads as one order', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  const before = given.reads()
  for (let i = 0; i < 10; i++) await given.order()
  await syncToRest(given.domain)
  expect(given.reads() - before).toBe(5)
})

test('an ordinary change is neither delayed nor doubled by a read that waits', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  await given.order()
  await syncDue(given)
  skip(10 * MINUTE_MS)
  await syncDue(given)
  const [waiting] = await given.marks()
  expect(waiting.confirming).toBe(true)

  given.shop.customers.update(given.id(), { firstName: 'Ada' })
  await given.shop.webhooks.flush()
  const [changed] = await given.marks()
  expect(changed).toMatchObject({ confirming: false, ordered_at: waiting.ordered_at })
  expect(changed.not_before.getTime(), 'it is ready at once').toBeLessThanOrEqual(Date.now())
  expect(changed.waiting_since, 'the lag counts from the change').toEqual(changed.not_before)
  const before = given.reads()
  await syncDue(given)
  const profile = sandbox.klaviyo.account(given.accountId).profileByEmail('c0@example.com')
  expect(profile?.attributes.first_name).toBe('Ada')
  expect(given.reads() - before).toBe(1)
  await syncToRest(given.domain)
  expect(given.reads() - before, 'its confirmation, and the read after the hour').toBe(3)
})

test('where no mapped value lags, an order is read as any change is', async () => {
  const given = await givenLoyaltyShop(sandbox, magePoints)
  const before = given.reads()
  await given.order()
  await syncToRest(given.domain)
  expect(given.reads() - before).toBe(2)
})

test('nothing is read while the integration is off, and what is past by then is not made up for', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  await given.order()
  await syncDue(given)
  await switchOff(given)
  const before = given.reads()
  skip(2 * 60 * MINUTE_MS)
  expect(await syncDue(given)).toBeNull()
  expect(given.reads()).toBe(before)
  expect(await given.marks()).toHaveLength(1)

  await switchOn(given, 'past_and_future')
  await syncToRest(given.domain)
  expect(await given.marks()).toEqual([])
})

test('a worker that dies at any moment loses no later read', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints)
  const late = lateWriter(acme)
  await given.order()
  late.write(given.shop, given.id(), { points: 120, tier: null })
  for (const minutes of [0, 1, 4, 36]) {
    skip(minutes * MINUTE_MS)
    late.writeDue()
    // It took the lease on the mark and wrote nothing afterwards.
    await rowsIn(
      sandbox.databaseUrl,
      `update dirty_customer set lease = gen_random_uuid(), leased_until = $2, attempt = attempt + 1 where shop = $1`,
      [given.domain, new Date(Date.now() + 2 * MINUTE_MS)],
    )
    expect(await syncDue(given), 'the read waits for the lease to end').not.toBeNull()
  }
  late.writeDue()
  await syncToRest(given.domain)
  expect(given.points()).toBe(120)
})

test('a customer who is deleted after the order is not read again, and an erasure takes the mark along', async () => {
  const given = await givenLoyaltyShop(sandbox, acmePoints, { customers: 2 })
  await given.order(0)
  await given.order(1)
  await syncDue(given)
  const [erased] = [...given.shop.customers.ascending()].slice(1)
  given.shop.customers.remove(given.id(0))
  given.shop.webhooks.send('customers/redact', erased!)
  await given.shop.webhooks.flush()
  skip(MINUTE_MS)
  await syncDue(given)
  skip(MINUTE_MS)
  await syncDue(given)
  expect(await given.marks()).toEqual([])
})
