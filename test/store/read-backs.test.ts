import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf, sql } from '#app/store/database.ts'
import { findOpenReadBack, listNextToReadBack, type ReadBackPlace, startReadBack } from '#app/store/read-backs.ts'
import { at, givenConnectedShop, useStore } from './given-store.ts'

const store = useStore()
const now = at('12:00:00')

/** Profiles in sync, of customers whose numbers lie close together, as those of an import do, and some far from them. */
async function givenProfiles(shop: ShopDomain, count: number): Promise<void> {
  await store.rows(
    `insert into profile (shop, customer_id, state, hash, read_at)
     select $1, case when n % 10 = 0 then n::bigint * 1000000007 else 7000000000000 + n end, 'synced', 'h', $2 from generate_series(1, $3::int) n`,
    shop,
    now,
    count,
  )
  await store.rows(
    `insert into profile_count (shop, state, code, profiles, ever_synced) values ($1, 'synced', '', $2, $2)`,
    shop,
    count,
  )
}

async function begin(shop: ShopDomain, scope: 'sample' | 'all') {
  await startReadBack(shop, { trigger: 'by_hand', scope, by: null, now }, autocommit)
  return (await findOpenReadBack(shop))!
}

async function drawn(shop: ShopDomain, limit: number): Promise<string[]> {
  const { firstHash, place } = await begin(shop, 'all')
  const ids: string[] = []
  for (let next: ReadBackPlace | null = place; next; ) {
    const found = await listNextToReadBack(shop, { firstHash, place: next }, limit)
    ids.push(...found.customerIds)
    next = found.next
  }
  await store.rows('update read_back set ended_at = $2 where shop = $1 and ended_at is null', shop, now)
  return ids
}

test('from wherever it begins, a read-back of all comes across each profile once', async () => {
  const shop = await givenConnectedShop()
  await givenProfiles(shop, 500)
  const orders = [await drawn(shop, 100), await drawn(shop, 7), await drawn(shop, 500)]
  for (const ids of orders) expect(new Set(ids).size).toBe(500)
  for (const ids of orders) expect(ids).toHaveLength(500)
  expect(new Set(orders.map(([first]) => first)).size, 'another beginning').toBeGreaterThan(1)
})

test('a sample is to compare a thousand profiles, and all of them where there are fewer', async () => {
  const [large, small] = [await givenConnectedShop(), await givenConnectedShop()]
  await givenProfiles(large, 1_500)
  await givenProfiles(small, 20)
  expect(await begin(large, 'sample')).toMatchObject({ expected: 1_000 })
  expect(await begin(small, 'sample')).toMatchObject({ expected: 20 })
})

test('samples take from customers whose numbers lie close together and from others in the same proportion', async () => {
  const shop = await givenConnectedShop()
  await givenProfiles(shop, 20_000)
  const { firstHash, place } = await begin(shop, 'sample')
  const { customerIds } = await listNextToReadBack(shop, { firstHash, place }, 2_000)
  const apart = customerIds.filter((id) => !id.startsWith('70000000')).length
  // A tenth, give or take: of 2,000 draws, six standard deviations are 80.
  expect(Math.abs(apart - customerIds.length / 10)).toBeLessThan(80)
})

test('the next profiles are found by the index, however many there are', async () => {
  const shop = await givenConnectedShop()
  await givenProfiles(shop, 20_000)
  await store.rows('vacuum analyze profile')
  const plan = await rowsOf<{ 'QUERY PLAN': string }>(
    sql`
    explain select customer_id, hashint8(customer_id) as hash from profile
    where shop = ${shop} and state = 'synced' and (hashint8(customer_id), customer_id) > (${5}::int, ${-1}::bigint)
    order by hashint8(customer_id), customer_id limit ${100}`,
    autocommit,
  )
  const text = plan.map((row) => row['QUERY PLAN']).join('\n')
  expect(text).toContain('profile_by_draw')
  expect(text).not.toMatch(/Seq Scan|Sort/)
})
