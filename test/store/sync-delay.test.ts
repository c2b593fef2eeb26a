import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveDrained } from '#app/store/integration.ts'
import { findFirstReady } from '#app/store/mark-counts.ts'
import { leaseMarks, releaseMarks, rescheduleMarks, saveMarks, saveRetries, settleMarks } from '#app/store/marks.ts'
import { saveChoice } from '#app/store/settings.ts'
import { findShop, lockShop } from '#app/store/shops.ts'
import { at, customerId, givenShop, useStore } from './given-store.ts'

const store = useStore()

const MINUTE_MS = 60_000
const [ada, ben, eve] = [customerId(1), customerId(2), customerId(3)]

async function setDelay(shop: ShopDomain, minutes: number): Promise<void> {
  const settings = {
    syncDelayMs: minutes * MINUTE_MS,
    nightlyReconcile: true,
    hourlyCheck: false,
    holdAbovePercent: 30,
  }
  await transaction((on) => saveChoice(shop, 'syncing', { choice: settings, comparedFrom: null }, on))
}

async function givenDelayed(minutes: number, drained: Date | null = null): Promise<ShopDomain> {
  const shop = await givenShop()
  await setDelay(shop, minutes)
  if (drained) await saveDrained(shop, { startedAt: drained, now: drained })
  return shop
}

const respace = (shop: ShopDomain) => transaction((on) => rescheduleMarks(shop, on))
const mark = (shop: ShopDomain, customer: CustomerId, now: Date) =>
  saveMarks([{ shop, customerId: customer, changes: 1, updatedAt: null }], now)

async function lease(shop: ShopDomain, now: Date) {
  const id = randomUUID()
  return { id, marks: await leaseMarks(shop, { lease: id, limit: 100, leaseMs: 120_000, markedSince: null, now }) }
}

const readyAt = async (shop: ShopDomain): Promise<Date[]> =>
  (await store.rows('select not_before from dirty_customer where shop = $1 order by customer_id', shop)).map(
    (row) => row.not_before,
  )

/** A mark that is delivered, and is to be confirmed at an instant. */
async function givenConfirming(shop: ShopDomain, customer: CustomerId, now: Date, notBefore: Date): Promise<void> {
  await mark(shop, customer, now)
  const { id, marks } = await lease(shop, new Date(now.getTime() + 24 * 60 * MINUTE_MS))
  const confirmed = marks.map((leased) => ({ ...leased, attempt: 0, confirming: true, notBefore }))
  await transaction((on) => settleMarks(shop, { lease: id, cleared: [], deferred: confirmed }, now, on))
}

test('under a delay the first change of all is ready at once: nothing was drained that it could wait after', async () => {
  const shop = await givenDelayed(30)
  await mark(shop, ada, at('10:00:00'))
  expect(await readyAt(shop)).toEqual([at('10:00:00')])
  expect((await lease(shop, at('10:00:00'))).marks).toMatchObject([{ customerId: ada }])
})

test('a change after a drain is ready once the delay has passed since it, to the millisecond', async () => {
  const shop = await givenDelayed(30, at('10:00:00'))
  await mark(shop, ada, at('10:00:01'))
  expect(await readyAt(shop)).toEqual([at('10:30:00')])
  expect((await lease(shop, new Date(at('10:30:00').getTime() - 1))).marks).toEqual([])
  expect((await lease(shop, at('10:30:00'))).marks).toMatchObject([{ customerId: ada }])
})

test('all changes of one delay are ready together, and one that comes after it at once', async () => {
  const shop = await givenDelayed(30, at('10:00:00'))
  await mark(shop, ada, at('10:00:01'))
  await mark(shop, ben, at('10:29:59'))
  await mark(shop, eve, at('10:45:00'))
  expect(await readyAt(shop)).toEqual([at('10:30:00'), at('10:30:00'), at('10:45:00')])
})

test('a longest delay is a day, and is not lost in arithmetic', async () => {
  const shop = await givenDelayed(24 * 60, at('10:00:00'))
  await mark(shop, ada, at('10:00:01'))
  expect(await readyAt(shop)).toEqual([new Date(at('10:00:00').getTime() + 86_400_000)])
})

test('a customer that changes again waits no longer for it', async () => {
  const shop = await givenDelayed(30, at('10:00:00'))
  await mark(shop, ada, at('10:00:01'))
  await mark(shop, ada, at('10:20:00'))
  expect(await readyAt(shop)).toEqual([at('10:30:00')])

  await saveDrained(shop, { startedAt: at('10:25:00'), now: at('10:25:00') })
  await mark(shop, ada, at('10:26:00'))
  expect(await readyAt(shop), 'another drain meanwhile').toEqual([at('10:30:00')])
  await mark(shop, ada, at('11:00:00'))
  expect(await readyAt(shop), 'its turn has come already').toEqual([at('10:30:00')])
})

test('a customer that only waits to be confirmed and changes waits for the delay like any other', async () => {
  const shop = await givenDelayed(30)
  await givenConfirming(shop, ada, at('10:00:00'), at('10:00:10'))
  await saveDrained(shop, { startedAt: at('10:00:01'), now: at('10:00:01') })

  await mark(shop, ada, at('10:00:05'))

  expect(await readyAt(shop)).toEqual([at('10:30:01')])
  expect(await store.rows('select confirming, attempt from dirty_customer where shop = $1', shop)).toEqual([
    { confirming: false, attempt: 0 },
  ])
})

test('a customer that is retried and changes is ready when either would be, whichever is earlier', async () => {
  const shop = await givenDelayed(30, at('10:00:00'))
  const retry = { attempt: 3, singleOnly: false }
  await saveRetries(shop, [{ ...retry, customerId: ada, notBefore: at('10:10:00') }], at('10:00:00'), autocommit)
  await saveRetries(shop, [{ ...retry, customerId: ben, notBefore: at('10:50:00') }], at('10:00:00'), autocommit)
  for (const customer of [ada, ben]) await mark(shop, customer, at('10:00:05'))
  expect(await readyAt(shop)).toEqual([at('10:10:00'), at('10:30:00')])
})

test('one shop’s delay keeps no other shop’s changes, not even those of one statement', async () => {
  const [delayed, prompt] = [await givenDelayed(30, at('10:00:00')), await givenShop()]
  const change = { customerId: ada, changes: 1, updatedAt: null }
  await saveMarks(
    [delayed, prompt].map((shop) => ({ shop, ...change })),
    at('10:00:01'),
  )
  expect(await readyAt(delayed)).toEqual([at('10:30:00')])
  expect(await readyAt(prompt)).toEqual([at('10:00:01')])
})

test('a shop without a delay does not record its drains', async () => {
  const shop = await givenDelayed(0)
  await saveDrained(shop, { startedAt: at('10:00:00'), now: at('10:00:00') })
  expect((await findShop(shop))?.drainedAt).toBeNull()
  await setDelay(shop, 1)
  await saveDrained(shop, { startedAt: at('10:00:01'), now: at('10:00:01') })
  expect((await findShop(shop))?.drainedAt).toEqual(at('10:00:01'))
})

test.each([
  ['longer', 60, at('11:00:00')],
  ['shorter', 10, at('10:10:00')],
  ['none at all', 0, at('10:05:00')],
] as const)(
  'changes that wait when the delay is made %s wait as if it had always been so',
  async (_, minutes, ready) => {
    const shop = await givenDelayed(30, at('10:00:00'))
    await mark(shop, ada, at('10:05:00'))
    await setDelay(shop, minutes)
    await respace(shop)
    expect(await readyAt(shop)).toEqual([ready])
  },
)

test('no change is ready before it came, however short the delay has become', async () => {
  const shop = await givenDelayed(30, at('10:00:00'))
  await mark(shop, ada, at('10:20:00'))
  await setDelay(shop, 10)
  await respace(shop)
  expect(await readyAt(shop)).toEqual([at('10:20:00')])
})

test('where nothing was drained yet, a delay that is set keeps nothing that came before it', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:05:00'))
  await setDelay(shop, 30)
  await respace(shop)
  expect(await readyAt(shop)).toEqual([at('10:05:00')])
})

test.each([0, 10, 60])('retries and confirming reads keep their time under a delay of %d minutes', async (minutes) => {
  const shop = await givenDelayed(30)
  await givenConfirming(shop, ada, at('10:00:00'), at('10:00:10'))
  await saveDrained(shop, { startedAt: at('10:00:01'), now: at('10:00:01') })
  const retry = { attempt: 3, singleOnly: false, notBefore: at('10:20:00') }
  await saveRetries(shop, [{ ...retry, customerId: ben }], at('10:00:00'), autocommit)
  await setDelay(shop, minutes)
  await respace(shop)
  expect(await readyAt(shop)).toEqual([at('10:00:10'), at('10:20:00')])
})

test('leased marks are not changed, and released ones are retried in their own time', async () => {
  const shop = await givenDelayed(30, at('10:00:00'))
  await mark(shop, ada, at('10:05:00'))
  const { id } = await lease(shop, at('10:30:00'))
  await setDelay(shop, 60)
  await respace(shop)
  expect(await store.rows('select not_before, lease from dirty_customer where shop = $1', shop)).toEqual([
    { not_before: at('10:30:00'), lease: id },
  ])

  await releaseMarks(shop, id)
  await respace(shop)
  expect(await readyAt(shop)).toEqual([at('10:30:00')])
})

test('another shop’s marks are spaced by its own delay', async () => {
  const [shop, other] = [await givenDelayed(30, at('10:00:00')), await givenDelayed(30, at('10:00:00'))]
  for (const one of [shop, other]) await mark(one, ada, at('10:05:00'))
  await setDelay(shop, 0)
  await setDelay(other, 0)
  await respace(shop)
  expect(await readyAt(shop)).toEqual([at('10:05:00')])
  expect(await readyAt(other)).toEqual([at('10:30:00')])
})

test('the first mark that waits for the delay is returned; confirming reads do not count, and an earlier retry hides it', async () => {
  const shop = await givenDelayed(30)
  expect(await findFirstReady(shop)).toBeNull()
  await givenConfirming(shop, ada, at('10:00:00'), at('10:00:10'))
  expect(await findFirstReady(shop)).toBeNull()
  await saveDrained(shop, { startedAt: at('10:00:01'), now: at('10:00:01') })
  await mark(shop, ben, at('10:00:02'))
  expect(await findFirstReady(shop)).toEqual(at('10:30:01'))
  const retry = { customerId: eve, attempt: 1, singleOnly: false }
  await saveRetries(shop, [{ ...retry, notBefore: at('10:00:30') }], at('10:00:03'), autocommit)
  expect(await findFirstReady(shop)).toBeNull()
  expect(await findFirstReady(await givenShop())).toBeNull()
})

test('of two changes of the settings at once, one waits for the other', async () => {
  const shop = await givenShop()
  await Promise.all(
    Array.from({ length: 20 }, () =>
      transaction(async (on) => {
        const { syncDelayMs } = (await lockShop(shop, on))!.syncing
        await saveChoice(
          shop,
          'syncing',
          {
            choice: {
              syncDelayMs: syncDelayMs + MINUTE_MS,
              nightlyReconcile: true,
              hourlyCheck: false,
              holdAbovePercent: 30,
            },
            comparedFrom: null,
          },
          on,
        )
      }),
    ),
  )
  expect(await findShop(shop)).toMatchObject({ syncing: { syncDelayMs: 20 * MINUTE_MS }, settingsVersion: 20 })
})
