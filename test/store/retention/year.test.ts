import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { saveConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { deleteSessions } from '#app/store/sessions.ts'
import { eraseShop, installShop, uninstallShop } from '#app/store/shops.ts'
import { useStore } from '../given-store.ts'
import { sweep } from './sweep.ts'
import { writeHistory, writeMonth } from './write-month.ts'

const store = useStore()
const DAY_MS = 24 * 60 * 60_000
const MONTH_MS = 30 * DAY_MS
const SHOPS = 50
/**
 * How many shops uninstall the app each month, and as many install it. Of one, Shopify asks for the erasure; of the others it never does.
 */
const LEAVE_A_MONTH = 4
/** The first two shops stay all year without a worker: one is not connected. */
const LEFT_ALONE = 2
/** Runs and hours are kept for longer than the year: the first shops have as much of them as is kept. */
const MONTHS_BEFORE = 14
const start = new Date(Date.now() - (Date.now() % DAY_MS))

let opened = 0
async function openShop(now: Date): Promise<ShopDomain> {
  const shop = `year-${++opened}.myshopify.com` as ShopDomain
  await installShop(shop, now, autocommit)
  if (opened > 1) await saveConnection(shop, { key: 'pk', accountId: shop, accountName: 'Ada' }, now, autocommit)
  return shop
}

async function close(shop: ShopDomain, { now, redacted }: { now: Date; redacted: boolean }): Promise<void> {
  await uninstallShop(shop, now)
  await deleteSessions(shop)
  if (redacted) await eraseShop(shop)
}

/** A few at a time: each may need two connections at once. */
async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  const rest = [...items]
  const next = async () => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await work(item)
  }
  await Promise.all(Array.from({ length: 6 }, next))
}

async function countRows(): Promise<Map<string, number>> {
  const tables = await store.rows(
    `select table_name as name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> '_prisma_migrations' order by 1`,
  )
  // Erasures stay as long as Klaviyo can be asked for them, and in a shop without a worker it is not.
  const isCounted = (name: string) => (name === 'outbox' ? `kind <> 'erase'` : 'true')
  const counts = tables.map(
    ({ name }) => `select '${name}' as name, count(*)::int as rows from "${name}" where ${isCounted(name)}`,
  )
  const rows = await store.rows(counts.join(' union all '))
  return new Map(rows.map((row) => [row.name, row.rows]))
}

test('after a year no table is larger than after four months, though shops and customers come and go', async () => {
  const shops: ShopDomain[] = []
  const byMonth: Map<string, number>[] = []
  const mostRows = new Map<string, number>()
  while (shops.length < SHOPS) shops.push(await openShop(start))
  for (let month = -MONTHS_BEFORE; month < 0; month++) {
    await forEach(shops, (shop) => writeHistory(shop, new Date(start.getTime() + month * MONTH_MS)))
  }
  for (let month = 0; month < 12; month++) {
    const begins = new Date(start.getTime() + month * MONTH_MS)
    while (shops.length < SHOPS) shops.push(await openShop(begins))
    await forEach(shops, (shop) =>
      writeMonth(shop, { month, start: begins, isLeftAlone: shops.indexOf(shop) < LEFT_ALONE }),
    )
    for (const [name, rows] of await countRows()) mostRows.set(name, Math.max(rows, mostRows.get(name) ?? 0))
    const leaving = shops.splice(LEFT_ALONE, LEAVE_A_MONTH)
    for (const [i, shop] of leaving.entries()) await close(shop, { now: begins, redacted: i === 0 })
    for (let day = 5; day <= 30; day += 5) {
      await sweep(new Date(begins.getTime() + day * DAY_MS))
    }
    byMonth.push(await countRows())
  }

  const [atFour, atTwelve] = [byMonth[3]!, byMonth[11]!]
  const grown = [...atTwelve].filter(([name, rows]) => name !== 'tombstone' && rows > (atFour.get(name) ?? 0))
  expect(grown).toEqual([])
  // Erased customers stay erased while the shop exists: these rows grow with each request, and with nothing else.
  const strays = await store.rows(
    'select 1 from tombstone t where not exists (select 1 from shop where domain = t.shop)',
  )
  expect(strays).toEqual([])
  // Every table was written to: one that is always empty would prove nothing.
  expect([...mostRows].filter(([, rows]) => rows === 0).map(([name]) => name)).toEqual([])
}, 300_000)
