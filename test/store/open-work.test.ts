import { expect, inject, test, vi } from 'vitest'
import { saveMarks } from '#app/store/marks.ts'
import { at, customerId, givenConnectedShop, openWork, useStore } from './given-store.ts'

const store = useStore()

const SHOPS = 3_000
const MARKS = 50_000
const now = at('12:00:00')
/** With Citus, what is read is counted at the parts of a table, and the sweep does look at shops at rest. */
const countsReads = !inject('isDistributed')

/** Connected shops that are filled and without work. */
async function givenShopsAtRest(): Promise<void> {
  await store.rows(
    `insert into shop (domain, installed_at, facts_read_at, filled_at, next_reconcile_at)
     select 'rest-' || n || '.myshopify.com', $1, $1, $1, $2 from generate_series(1, ${SHOPS}) n`,
    at('08:00:00'),
    at('23:00:00'),
  )
  await store.rows(
    `insert into connection (shop, account_id, account_name, sealed_key, connected_at) select domain, domain, 'Ada', '', $1 from shop
     on conflict do nothing`,
    at('08:00:00'),
  )
  await store.rows('vacuum analyze')
}

interface Reads {
  readonly seqScans: number
  readonly idxScans: number
  readonly rows: number
}

/** How a table was read so far, by all sessions. */
async function readsOf(table: string): Promise<Reads> {
  const [row] = await store.rows(
    `select seq_scan::int as seq, idx_scan::int as idx, (seq_tup_read + idx_tup_fetch)::int as rows
     from pg_stat_user_tables where relname = $1`,
    table,
  )
  return { seqScans: row!.seq, idxScans: row!.idx, rows: row!.rows }
}

/** How a table is read by sweeps. A session reports its counts about once a second, with its next statement. */
async function readsOfSweeps(table: string): Promise<Reads> {
  const before = await readsOf(table)
  await openWork(now, at('12:01:30'))
  return vi.waitFor(
    async () => {
      await openWork(now, at('12:01:30'))
      const after = await readsOf(table)
      expect(after.idxScans).toBeGreaterThan(before.idxScans)
      return {
        seqScans: after.seqScans - before.seqScans,
        idxScans: after.idxScans - before.idxScans,
        rows: after.rows - before.rows,
      }
    },
    { timeout: 20_000, interval: 200 },
  )
}

test('a sweep over shops at rest looks at none of them, and over many marks of one shop at a few', async () => {
  await givenShopsAtRest()
  expect(await openWork(now, at('12:01:30'))).toEqual([])
  if (countsReads) {
    const shops = await readsOfSweeps('shop')
    expect(shops.seqScans).toBe(0)
    expect(shops.rows).toBe(0)
  }

  await store.rows(
    `insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before)
     select 'rest-7.myshopify.com', n, $1, $1, $1 from generate_series(1, ${MARKS}) n`,
    at('11:00:00'),
  )
  await store.rows('vacuum analyze')
  expect(await openWork(now, at('12:01:30'))).toMatchObject([{ shop: 'rest-7.myshopify.com' }])
  if (countsReads) {
    const marks = await readsOfSweeps('dirty_customer')
    expect(marks.rows).toBeLessThan(MARKS / 10)
  }
})

test('a sweep finds every shop with marks, however many there are', async () => {
  const shops = await Promise.all(Array.from({ length: 120 }, givenConnectedShop))
  await store.rows('update shop set next_reconcile_at = $1', at('23:00:00'))
  const before = (await openWork(now, at('12:01:30'))).map(({ shop }) => shop)
  await saveMarks(
    shops.map((shop) => ({ shop, customerId: customerId(1), changes: 1, updatedAt: null })),
    at('11:00:00'),
  )
  const found = (await openWork(now, at('12:01:30'))).map(({ shop }) => shop)
  expect(new Set(found)).toEqual(new Set([...before, ...shops]))
  expect(found).toHaveLength(new Set(found).size)
})
