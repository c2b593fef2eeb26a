import { expect } from 'vitest'
import { keepSegmentList, loadSegmentLists } from '#app/sync/segment-lists/choose-segment-list.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox, syncToRest } from '#test/support/sandbox.ts'
import { membersOf } from '../destination/given-destination.ts'

export const emailOf = (i: number) => `c${i}@example.com`
export const emails = (...numbers: number[]) => numbers.map(emailOf).sort()

/** A shop at rest with so many customers `c0@…`; those with these numbers are in a segment, which has just been pressed to be kept as a list. */
export async function givenKept(
  sandbox: Sandbox,
  { customers, inSegment, make = () => {} }: { customers: number; inSegment: number[]; make?: (shop: Shop) => void },
) {
  const connected = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.createMany(customers, (i) => ({ email: emailOf(i), updatedAt: '2026-01-01T00:00:00Z' }))
    make(shop)
  })
  const { shop, domain } = connected
  const ids = shop.customers.ascending().map(({ id }) => id)
  const idsOf = (numbers: readonly number[]) => numbers.map((i) => ids[i]!)
  const { id: segment } = shop.segments.add({ name: 'VIPs', memberIds: idsOf(inSegment) })
  expect(await keepSegmentList(domain, segment, clock())).toBe('kept')
  const account = sandbox.klaviyo.account(connected.accountId)
  return {
    ...connected,
    account,
    ids,
    segment,
    lists: () => account.lists,
    list: () => account.lists[0]!,
    members: () => account.lists.flatMap((list) => membersOf(account, list)),
    setSegment: (...numbers: number[]) => shop.segments.setMembers(segment, idsOf(numbers)),
    report: async () => (await loadSegmentLists(domain))[0],
    stored: () =>
      rowsIn(sandbox.databaseUrl, 'select customer_id from segment_list_member where shop = $1 order by 1', [domain]),
  }
}

export type Kept = Awaited<ReturnType<typeof givenKept>>

/** Lets the next look at the kept segments come, and end. */
export async function lookAgain({ domain }: Pick<InstalledShop, 'domain'>): Promise<void> {
  skip(60 * 60_000 + 1_000)
  await syncToRest(domain)
}

/** Takes one turn with the shop, and sets the clock forward to the next. */
export async function takeTurn({ domain }: Pick<InstalledShop, 'domain'>): Promise<void> {
  const next = await syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
  if (next) skip(next.getTime() - Date.now())
}
