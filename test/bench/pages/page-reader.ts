// A process that loads lists of customers again and again, as the page's loader does.
import '#test/support/environment.ts'
import { type CustomerId, customerNumber, type ShopDomain } from '#app/core/ids.ts'
import { customerSearchOf } from '#app/core/report/customer-search.ts'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { autocommit, openStore, rowsOf, sql } from '#app/store/database.ts'
import { findListed } from '#app/store/profile-lists.ts'
import { countLists } from '#app/sync/report/count-lists.ts'
import { type AskedPage, listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadCustomer } from '#app/sync/report/load-customer.ts'
import { answerCalls } from '../process/remote-calls.ts'

export const calls = { readList, readCounts, readCustomer, readSearch }
await openStore(process.env.DATABASE_URL!)
answerCalls(calls)

interface Asked {
  readonly domain: string
  readonly times: number
}

const timed = async (work: () => Promise<unknown>) => {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** How long each page took, in ms: in either order the first, the ones after it, and back again; the pages follow each other, as a merchant turns them. */
async function readList({ domain, reason, times }: Asked & { reason: UnsyncedReason }): Promise<number[]> {
  const shop = domain as ShopDomain
  const tookMs: number[] = []
  const load = async (asked: Partial<AskedPage>) => {
    const startedAt = performance.now()
    const page = await listUnsyncedCustomers(shop, { reason, limit: 25, ...asked })
    tookMs.push(performance.now() - startedAt)
    return page
  }
  for (let i = 0; i < times; i++) {
    const order = i % 2 === 0 ? 'newest' : 'oldest'
    const first = await load({ order })
    const second = first.next === null ? first : await load({ order, after: first.next })
    if (second.previous !== null) await load({ order, before: second.previous })
    const place = await somePlace(shop)
    await load({ order, after: place })
    await load({ order, before: place })
  }
  return tookMs
}

/** A cursor into the middle of a list, by a time and a number that may lie anywhere. */
async function somePlace(shop: ShopDomain): Promise<string> {
  const [row] = await rowsOf<{ place: string }>(
    sql`select ((extract(epoch from now()) - random() * 900000) * 1000)::bigint || '.' ||
          (7000000000000 + (random() * 999999)::int) as place from shop where domain = ${shop}`,
    autocommit,
  )
  return row!.place
}

async function readCounts({ domain, times }: Asked): Promise<number[]> {
  const tookMs: number[] = []
  for (let i = 0; i < times; i++) tookMs.push(await timed(() => countLists(domain as ShopDomain, new Date())))
  return tookMs
}

async function readCustomer({ domain, times }: Asked): Promise<number[]> {
  const tookMs: number[] = []
  for (let i = 0; i < times; i++) tookMs.push(await timed(() => loadCustomer(domain as ShopDomain, someCustomer())))
  return tookMs
}

/** Lockstep's own part of a search: what is asked of Shopify, and the state of the twenty that it finds. */
async function readSearch({ domain, times }: Asked): Promise<number[]> {
  const tookMs: number[] = []
  for (let i = 0; i < times; i++) {
    const found = Array.from({ length: 20 }, someCustomer)
    tookMs.push(
      await timed(async () => {
        customerSearchOf('ada lovelace@example.com 😀')
        await findListed(domain as ShopDomain, found)
      }),
    )
  }
  return tookMs
}

function someCustomer(): CustomerId {
  return customerNumber.parse(String(7_000_000_000_001 + Math.floor(Math.random() * 1_000_000)))
}
