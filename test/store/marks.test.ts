import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { clearCoveredMarks } from '#app/store/covered-marks.ts'
import { findCustomerSums } from '#app/store/customer-sums.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveIntendedImport } from '#app/store/imports.ts'
import { countReadyMarks, findBacklog } from '#app/store/mark-counts.ts'
import {
  leaseMarks,
  makeAllMarksReady,
  rescheduleMarks,
  saveMarks,
  saveRetries,
  settleMarks,
} from '#app/store/marks.ts'
import { uninstallShop } from '#app/store/shops.ts'
import { waitingForLock } from '#test/support/lock-waits.ts'
import { at, customerId, givenShop, useStore } from './given-store.ts'

const store = useStore()

const ada = customerId(1)
const ben = customerId(2)

async function mark(shop: ShopDomain, customer: CustomerId, when: Date, updatedAt: Date | null = null): Promise<void> {
  await saveMarks([{ shop, customerId: customer, changes: 1, updatedAt }], when)
}

async function lease(shop: ShopDomain, now: Date, more: { limit?: number; leaseMs?: number; markedSince?: Date } = {}) {
  const id = randomUUID()
  const { limit = 100, leaseMs = 120_000, markedSince = null } = more
  return { id, marks: await leaseMarks(shop, { lease: id, limit, leaseMs, markedSince, now }) }
}

const marksOf = (shop: ShopDomain) =>
  store.rows('select * from dirty_customer where shop = $1 order by customer_id', shop)

test('a settled mark is gone', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  const { id, marks } = await lease(shop, at('10:00:01'))

  await transaction((on) => settleMarks(shop, { lease: id, cleared: marks, deferred: [] }, at('10:00:02'), on))

  expect(marks).toMatchObject([{ customerId: ada, changes: 1, attempt: 1 }])
  expect(await marksOf(shop)).toEqual([])
})

test('a change that arrives between lease and settlement stays, ready at once and with attempts reset', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'), at('09:59:59'))
  const { id, marks } = await lease(shop, at('10:00:01'))
  await mark(shop, ada, at('10:00:02'), at('10:00:02'))

  await transaction((on) => settleMarks(shop, { lease: id, cleared: marks, deferred: [] }, at('10:00:03'), on))

  expect(await marksOf(shop)).toMatchObject([
    { customer_id: ada, changes: 2, attempt: 0, lease: null, leased_until: null, updated_at: at('10:00:02') },
  ])
  expect((await lease(shop, at('10:00:03'))).marks).toMatchObject([{ customerId: ada, attempt: 1 }])
})

test('a change to a mark that is to be retried makes it ready at once', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  const { id, marks } = await lease(shop, at('10:00:01'))
  await mark(shop, ada, at('10:00:02'))

  const deferred = marks.map((leased) => ({ ...leased, confirming: false, notBefore: at('10:15:00') }))
  await transaction((on) => settleMarks(shop, { lease: id, cleared: [], deferred }, at('10:00:03'), on))

  expect(await marksOf(shop)).toMatchObject([{ attempt: 0, lease: null, not_before: at('10:00:03') }])
})

test('a change that is committed while a settlement waits for its row is not lost', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  const { id, marks } = await lease(shop, at('10:00:01'))

  let settled: Promise<void> = Promise.resolve()
  await transaction(async (on) => {
    await on.query({ text: 'update dirty_customer set changes = changes + 1 where shop = $1', values: [shop] })
    settled = transaction((on) => settleMarks(shop, { lease: id, cleared: marks, deferred: [] }, at('10:00:03'), on))
    await waitingForLock(store.url)
  })
  await settled

  expect(await marksOf(shop)).toMatchObject([{ changes: 2, lease: null, attempt: 0 }])
})

test('a mark to be tried again waits, and keeps count of its tries', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  const { id, marks } = await lease(shop, at('10:00:01'))
  const deferred = marks.map((leased) => ({ ...leased, confirming: false, notBefore: at('10:00:09') }))

  await transaction((on) => settleMarks(shop, { lease: id, cleared: [], deferred }, at('10:00:03'), on))

  expect((await lease(shop, at('10:00:08'))).marks).toEqual([])
  expect((await lease(shop, at('10:00:09'))).marks).toMatchObject([{ customerId: ada, attempt: 2 }])
})

test('a new change makes a waiting mark ready, and resets its attempts', async () => {
  const shop = await givenShop()
  await saveRetries(
    shop,
    [{ customerId: ada, attempt: 5, notBefore: at('12:00:00'), singleOnly: true }],
    at('10:00:00'),
    autocommit,
  )
  expect((await lease(shop, at('10:00:01'))).marks).toEqual([])

  await mark(shop, ada, at('10:00:02'))

  expect((await lease(shop, at('10:00:02'))).marks).toMatchObject([{ attempt: 1, singleOnly: true }])
})

test('a settlement that comes after another took the mark changes nothing', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  const slow = await lease(shop, at('10:00:01'), { leaseMs: 1_000 })
  const quick = await lease(shop, at('10:00:02'))
  expect(quick.marks).toMatchObject([{ customerId: ada, attempt: 2 }])

  await transaction((on) =>
    settleMarks(shop, { lease: slow.id, cleared: slow.marks, deferred: [] }, at('10:00:03'), on),
  )
  expect(await marksOf(shop)).toMatchObject([{ lease: quick.id, attempt: 2 }])
  const deferred = slow.marks.map((leased) => ({ ...leased, confirming: false, notBefore: at('11:00:00') }))
  await transaction((on) => settleMarks(shop, { lease: slow.id, cleared: [], deferred }, at('10:00:03'), on))
  expect(await marksOf(shop)).toMatchObject([{ lease: quick.id, attempt: 2, not_before: at('10:00:00') }])
})

test('a lease ends by itself, and the mark is free from that instant', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  await lease(shop, at('10:00:00'), { leaseMs: 60_000 })

  expect((await lease(shop, at('10:00:59'))).marks).toEqual([])
  expect((await lease(shop, at('10:01:00'))).marks).toHaveLength(1)
})

test('leases taken at the same time share nothing and leave nothing out', async () => {
  const shop = await givenShop()
  const marks = Array.from({ length: 500 }, (_, i) => ({
    shop,
    customerId: customerId(i + 1),
    changes: 1,
    updatedAt: null,
  }))
  await saveMarks(marks, at('10:00:00'))

  const taken = (
    await Promise.all(Array.from({ length: 12 }, () => lease(shop, at('10:00:01'), { limit: 50 })))
  ).flatMap((leased) => leased.marks.map((m) => m.customerId))

  expect(new Set(taken).size).toBe(taken.length)
  const rest = (await lease(shop, at('10:00:01'), { limit: 500 })).marks.map((m) => m.customerId)
  expect(new Set([...taken, ...rest]).size).toBe(500)
})

test('marks saved by many processes at once, over the same customers in any order, are all counted without a deadlock', async () => {
  const shop = await givenShop()
  const customers = Array.from({ length: 60 }, (_, i) => customerId(i + 1))
  const groups = Array.from({ length: 16 }, (_, group) =>
    customers.toSorted((a, b) => ((Number(a) * 31 + group * 7) % 61) - ((Number(b) * 31 + group * 7) % 61)),
  )

  await Promise.all(
    groups.map((group) =>
      saveMarks(
        group.map((customer) => ({ shop, customerId: customer, changes: 1, updatedAt: null })),
        at('10:00:00'),
      ),
    ),
  )

  expect(new Set((await marksOf(shop)).map((row) => row.changes))).toEqual(new Set([16]))
})

test('every statement locks marks by number, so that none deadlock', async () => {
  const shop = await givenShop()
  const customers = Array.from({ length: 120 }, (_, i) => customerId(940 + i))
  const marks = customers.map((customer) => ({ shop, customerId: customer, changes: 1, updatedAt: null }))
  const retries = customers.map((customer) => ({
    customerId: customer,
    attempt: 0,
    notBefore: at('11:00:00'),
    singleOnly: false,
  }))
  const covered = customers.map((customer) => ({ customerId: customer, updatedAt: at('09:00:00') }))

  const rounds = Array.from({ length: 20 }, (_, round) => () => [
    saveMarks(round % 2 ? marks : marks.toReversed(), at('10:00:00')),
    saveRetries(shop, retries, at('10:00:00'), autocommit),
    makeAllMarksReady(shop, at('10:00:00'), autocommit),
    rescheduleMarks(shop, autocommit),
    clearCoveredMarks(shop, { madeBefore: at('09:30:00'), customers: covered, laterRead: null }, autocommit),
  ])

  // As many statements at once as there are connections: one that waited for a connection for long would fail, too.
  const ends: PromiseSettledResult<unknown>[] = []
  for (let next = 0; next < rounds.length; next += 4)
    ends.push(...(await Promise.allSettled(rounds.slice(next, next + 4).flatMap((begin) => begin()))))
  expect(ends.filter((end) => end.status === 'rejected')).toEqual([])
})

test('the newest updated_at is kept, whatever order the changes come in, and an unnamed one takes nothing away', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'), at('09:00:02'))
  await mark(shop, ada, at('10:00:01'), at('09:00:01'))
  await mark(shop, ada, at('10:00:02'), null)
  expect(await marksOf(shop)).toMatchObject([{ updated_at: at('09:00:02'), changes: 3, waiting_since: at('10:00:00') }])
})

test('only marks saved since an instant are leased, if one is given', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  await mark(shop, ben, at('10:00:05'))
  const { marks } = await lease(shop, at('10:00:06'), { markedSince: at('10:00:05') })
  expect(marks.map((leased) => leased.customerId)).toEqual([ben])
})

test('an uninstalled shop keeps no mark, and another in the same statement keeps its own', async () => {
  const [gone, here] = [await givenShop(), await givenShop()]
  await uninstallShop(gone, at('09:00:00'))
  const change = { customerId: ada, changes: 1, updatedAt: null }
  await saveMarks(
    [gone, here, 'stranger.myshopify.com' as ShopDomain].map((shop) => ({ shop, ...change })),
    at('10:00:00'),
  )

  expect(await marksOf(gone)).toEqual([])
  expect(await marksOf(here)).toHaveLength(1)
  expect(await store.rows(`select * from dirty_customer where shop = 'stranger.myshopify.com'`)).toEqual([])
})

test('a retry does not change an existing mark, except for singleOnly', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'), at('09:00:00'))
  await saveRetries(
    shop,
    [{ customerId: ada, attempt: 3, notBefore: at('11:00:00'), singleOnly: true }],
    at('10:00:01'),
    autocommit,
  )
  expect(await marksOf(shop)).toMatchObject([
    { changes: 1, attempt: 0, not_before: at('10:00:00'), updated_at: at('09:00:00'), single_only: true },
  ])
})

test('a file clears the marks it is certain to have seen, about customers it shows no older than any webhook said', async () => {
  const shop = await givenShop()
  const [stale, later, untold, absent] = [3, 4, 5, 6].map(customerId) as [
    CustomerId,
    CustomerId,
    CustomerId,
    CustomerId,
  ]
  await mark(shop, ada, at('10:00:00'), at('09:59:00'))
  await mark(shop, stale, at('10:00:00'), at('09:59:30'))
  await mark(shop, later, at('10:00:10'), at('09:58:00'))
  await mark(shop, untold, at('10:00:00'))
  await mark(shop, absent, at('10:00:00'))
  const customers = [ada, stale, later, untold].map((customer) => ({ customerId: customer, updatedAt: at('09:59:00') }))

  await clearCoveredMarks(shop, { madeBefore: at('10:00:10'), customers, laterRead: null }, autocommit)

  expect((await marksOf(shop)).map((row) => row.customer_id)).toEqual([stale, later, absent])
})

test('the backlog is reported with its oldest mark, and counted up to the given number', async () => {
  const shop = await givenShop()
  expect(await findBacklog(shop)).toBeNull()
  await mark(shop, ada, at('10:00:00'), at('07:30:00'))
  await mark(shop, ben, at('10:00:01'))
  await saveRetries(
    shop,
    [{ customerId: customerId(3), attempt: 1, notBefore: at('11:00:00'), singleOnly: false }],
    at('10:00:02'),
    autocommit,
  )

  expect(await findBacklog(shop)).toEqual({ oldest: at('07:30:00'), undated: 2 })
  expect((await findCustomerSums(shop, { upTo: 100 })).marks).toMatchObject({ all: 3 })
  expect((await findCustomerSums(shop, { upTo: 2 })).marks).toMatchObject({ all: 2 })
  expect(await countReadyMarks(shop, { upTo: 100, now: at('10:30:00') })).toBe(2)
})

test('deferred marks are ready again when their cause is resolved; leased ones stay leased', async () => {
  const shop = await givenShop()
  await saveRetries(
    shop,
    [{ customerId: ada, attempt: 4, notBefore: at('11:00:00'), singleOnly: false }],
    at('10:00:00'),
    autocommit,
  )
  await mark(shop, ben, at('10:00:00'))
  const held = await lease(shop, at('10:00:01'))

  await makeAllMarksReady(shop, at('10:00:02'), autocommit)

  expect((await lease(shop, at('10:00:02'))).marks).toMatchObject([{ customerId: ada, attempt: 1 }])
  expect(await marksOf(shop)).toMatchObject([{ customer_id: ada }, { customer_id: ben, lease: held.id }])
})

test('a mark that only waits to be confirmed is not counted, until the customer changes again', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  const { id, marks } = await lease(shop, at('10:00:01'))
  const deferred = marks.map((leased) => ({ ...leased, attempt: 0, confirming: true, notBefore: at('10:00:10') }))
  await transaction((on) => settleMarks(shop, { lease: id, cleared: [], deferred }, at('10:00:02'), on))

  expect((await findCustomerSums(shop, { upTo: 100 })).marks).toMatchObject({ all: 0 })
  await mark(shop, ada, at('10:00:03'))
  expect((await findCustomerSums(shop, { upTo: 100 })).marks).toMatchObject({ all: 1 })
  expect((await lease(shop, at('10:00:03'))).marks).toMatchObject([{ customerId: ada, changes: 2, attempt: 1 }])
})

test('behind an import a mark is neither ready nor counted beside the customer’s own row', async () => {
  const shop = await givenShop()
  await mark(shop, ada, at('10:00:00'))
  await mark(shop, ben, at('10:00:00'))
  const profiles = [{ customerId: ada, hash: 'h', fields: ['email'], updatedAt: at('09:00:00') }]
  const job = { id: randomUUID(), run: null, profiles, readAt: at('10:00:01'), checkAt: at('10:00:02') }
  await transaction((on) => saveIntendedImport(shop, job, at('10:00:01'), on))

  expect(await countReadyMarks(shop, { upTo: 100, now: at('10:00:02') })).toBe(1)
  expect((await findCustomerSums(shop, { upTo: 100 })).marks).toMatchObject({ all: 1 })
  expect((await lease(shop, at('10:00:02'))).marks.map(({ customerId }) => customerId)).toEqual([ben])
})
