import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveRequests } from '#app/store/outbox.ts'
import { countSyncedSince } from '#app/store/profile-counts.ts'
import { saveProfiles } from '#app/store/profiles.ts'
import { sweepOldRows } from '#app/store/retention/sweep-old-rows.ts'
import { findShop } from '#app/store/shops.ts'
import { findLastComparison, findLastFullRun, findLastPace, findOpenRun } from '#app/store/sync-runs.ts'
import { customerId, givenConnectedShop, givenImport, givenShop, useStore } from '../given-store.ts'
import { finishedRun } from './given-old-rows.ts'
import { sweep } from './sweep.ts'

const store = useStore()
const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
let hours = 0
const nextHour = () => new Date(Date.parse('2027-06-01T12:00:00Z') + ++hours * HOUR_MS)
const before = (now: Date, ms: number) => new Date(now.getTime() - ms)

async function givenRun(shop: string, at: Date, facts: Record<string, unknown> = {}): Promise<string> {
  const row = finishedRun(shop, at, facts)
  const columns = Object.keys(row)
  const places = columns.map((_, i) => `$${i + 1}`)
  await store.rows(`insert into sync_run (${columns}) values (${places})`, ...Object.values(row))
  return row.id
}

test('a run that is open stays, however old', async () => {
  const now = nextHour()
  const shop = await givenShop()
  const old = before(now, 500 * DAY_MS)
  const id = await givenRun(shop, old, { state: 'paused', paused_from: 'reading' })
  await store.rows('update sync_run set finished_at = null where id = $1', id)
  await givenRun(shop, before(now, DAY_MS))
  await sweep(now)
  expect((await findOpenRun(shop, autocommit))?.id).toBe(id)
})

test('the last runs that the card, refills and comparisons look at stay, however old and whatever came after them', async () => {
  const now = nextHour()
  const shop = await givenShop()
  const old = (days: number) => before(now, (500 - days) * DAY_MS)
  await givenRun(shop, old(0))
  await givenRun(shop, old(1))
  await givenRun(shop, old(2), { state: 'failed' })
  await givenRun(shop, old(3), { kind: 'reconcile', trigger: 'nightly' })
  await givenRun(shop, old(4), { kind: 'reconcile', trigger: 'settings_changed' })
  const reported = async () => [await findLastFullRun(shop), await findLastPace(shop), await findLastComparison(shop)]
  const reportedBefore = await reported()
  await sweep(now)
  expect(await reported()).toEqual(reportedBefore)
  expect(await store.rows('select 1 from sync_run where shop = $1', shop)).toHaveLength(4)
})

test('events that are given up are counted', async () => {
  const now = nextHour()
  const shop = await givenShop()
  const payload = { metric: 'points' as const, oldValue: 1, newValue: 2, backfill: false }
  for (const days of [31, 32, 1])
    await saveRequests(shop, 'event', [{ subject: `${days}`, payload }], before(now, days * DAY_MS), autocommit)
  await sweep(now)
  expect((await findShop(shop))?.loyaltyDropped).toBe(2)
  expect(await store.rows('select 1 from outbox where shop = $1', shop)).toHaveLength(1)
})

test('the customers of an import that could not be checked are marked, to be pushed again', async () => {
  const now = nextHour()
  const shop = await givenConnectedShop()
  await givenImport(shop, customerId(7), before(now, 31 * DAY_MS))
  await sweep(now)
  expect(await store.rows('select customer_id, request, hash from profile where shop = $1', shop)).toEqual([
    { customer_id: '7', request: null, hash: null },
  ])
  expect(await store.rows('select customer_id from dirty_customer where shop = $1', shop)).toHaveLength(1)
})

test('the session by which the token of a shop with the app is renewed stays, and the allowance of an account in use', async () => {
  const now = nextHour()
  const shop = await givenConnectedShop()
  await store.rows(
    `insert into "Session" (id, shop, state, "accessToken", expires) values ($1, $2, '', 'sealed', 'epoch')`,
    `offline_${shop}`,
    shop,
  )
  await store.rows(
    `insert into klaviyo_budget (account_id, endpoint, windows, used_at) values ($1, 'get_profile', '[]', 'epoch')`,
    `account of ${shop}`,
  )
  await sweep(now)
  expect(await store.rows('select 1 from "Session" where shop = $1', shop)).toHaveLength(1)
  expect(await store.rows('select 1 from klaviyo_budget where account_id = $1', `account of ${shop}`)).toHaveLength(1)
})

test('a profile that was last synced in a minute that is dropped is counted in its new one', async () => {
  const now = nextHour()
  const shop = await givenShop()
  const rest = { state: 'synced', code: null, words: null, conflictsWith: null, klaviyoId: null, hash: 'h' } as const
  const save = (when: Date) =>
    transaction((on) =>
      saveProfiles(
        shop,
        [{ ...rest, fields: ['email'], customerId: customerId(1), shopifyUpdatedAt: when, syncedAt: when }],
        when,
        on,
      ),
    )
  await save(before(now, 26 * HOUR_MS))
  await sweep(now)
  expect(await countSyncedSince(shop, before(now, 48 * HOUR_MS))).toBe(0)
  await save(now)
  expect(await countSyncedSince(shop, before(now, 48 * HOUR_MS))).toBe(1)
})

test('a sweep takes no more than its bounds, and several take everything', async () => {
  const shop = await givenShop()
  await store.rows(
    `insert into flow_action_run (shop, action_run_id, received_at) select $1, n::text, 'epoch' from generate_series(1, 5000) n`,
    shop,
  )
  const holder = randomUUID()
  await store.rows(
    `insert into membership_snapshot (shop, holder, asked, touched_at) values ($1, $2, '{"segments": [], "places": false}', 'epoch')`,
    shop,
    holder,
  )
  await store.rows(
    `insert into customer_membership (shop, holder, customer_id, segment) select $1, $2, n, 1 from generate_series(1, 5000) n`,
    shop,
    holder,
  )
  const count = async (table: string) =>
    (await store.rows(`select count(*)::int as rows from ${table} where shop = $1`, shop))[0].rows
  const left: number[][] = []
  do {
    await sweep(nextHour(), { rows: 500, batches: 3 })
    left.push([await count('flow_action_run'), await count('customer_membership'), await count('membership_snapshot')])
  } while (left.length < 10 && left.at(-1)!.some((rows) => rows > 0))
  expect(left).toEqual([
    [3500, 3500, 1],
    [2000, 2000, 1],
    [500, 500, 1],
    [0, 0, 0],
  ])
})

test('an uninstalled shop with many rows is deleted in several sweeps; its erased customers stay erased until its own row is deleted', async () => {
  const shop = await givenShop()
  await store.rows(`update shop set uninstalled_at = 'epoch' where domain = $1`, shop)
  await store.rows(
    `insert into profile (shop, customer_id, state, read_at) select $1, n, 'synced', now() from generate_series(1, 2500) n`,
    shop,
  )
  await store.rows(
    `insert into tombstone (shop, customer_id, erased_at) select $1, n, now() from generate_series(1, 700) n`,
    shop,
  )
  const left: (number | boolean)[][] = []
  for (let sweeps = 0; sweeps < 4 && (left.length === 0 || left.at(-1)![1]); sweeps++) {
    await sweep(nextHour(), { rows: 500, batches: 2 })
    const [profiles] = await store.rows('select count(*)::int as rows from profile where shop = $1', shop)
    const [erased] = await store.rows('select count(*)::int as rows from tombstone where shop = $1', shop)
    left.push([profiles.rows, (await findShop(shop)) !== null, erased.rows])
  }
  expect(left).toEqual([
    [1500, true, 700],
    [500, true, 700],
    [0, false, 0],
  ])
  expect(await store.rows('select 1 from profile_count where shop = $1', shop)).toEqual([])
})

test('a rule that fails is reported, and the others are carried out', async () => {
  const now = nextHour()
  const shop = await givenShop()
  await store.rows(`insert into sync_hour (shop, hour) values ($1, 'epoch')`, shop)
  await store.rows('alter table klaviyo_budget rename to gone_away')
  const failures: unknown[] = []
  try {
    await sweepOldRows(now, (error) => failures.push(error))
  } finally {
    await store.rows('alter table gone_away rename to klaviyo_budget')
  }
  expect(failures).toHaveLength(1)
  expect(await store.rows('select 1 from sync_hour where shop = $1', shop)).toEqual([])
})
