import { metafieldsWorth, readSize } from '#app/core/flow/read-lane.ts'
import { isUnreadable } from '#app/core/profile/customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { readCustomersPage } from '#app/shopify/read-customers-page.ts'
import { transaction } from '#app/store/database.ts'
import { deleteMembershipSnapshot } from '#app/store/memberships.ts'
import { saveRunPages } from '#app/store/run-progress.ts'
import { type SyncRun, stepRun } from '#app/store/sync-runs.ts'
import { runStepped } from '../events.ts'
import { readMembershipsOf } from '../memberships/read-memberships.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { beginCheck } from './check-changes.ts'
import type { RunChunk } from './run-chunk.ts'

/** One query may cost 1,000 points; the list itself and its cursor cost a few. https://shopify.dev/docs/api/usage/limits */
const POINTS_OF_A_PAGE = 980

/**
 * Restarts the run from the first customer, reading page by page, because bulk operations are refused or fail. Returns false if the run's
 * state has changed meanwhile.
 */
export async function switchToPages({ shop, policy, clock }: ShopTurn, run: SyncRun, why: string): Promise<boolean> {
  await deleteMembershipSnapshot(shop, run.id)
  const metafields = metafieldsRead(policy.mapping.mapping)
  const askedAt = clock()
  const counted = await countCustomers(shop, run.search)
  const expected = counted.kind === 'answered' ? counted.data : null
  await saveRunPages(shop, { id: run.id, metafields, askedAt, expected })
  await beginCheck({ shop, policy }, run)
  const moved =
    run.state === 'reading' ||
    (await transaction((on) => stepRun(shop, { id: run.id, from: run.state, to: 'reading', now: clock() }, on)))
  if (moved) runStepped({ shop, run: run.id, kind: run.kind, state: 'reading', why: `by pages: ${why}` })
  return moved
}

/** What reading the next page needs of a run, or of a dry run. */
export type PagedReading = Pick<SyncRun, 'byteOffset' | 'pageCursor' | 'search' | 'metafields' | 'attempt'> & {
  readonly waitsFor: string | null
}

/** Reads the next page of a run, with the memberships that the rules need. The data is null after the last page. */
export async function readRunPage(
  { shop, policy }: ShopTurn,
  run: PagedReading,
): Promise<AdminAnswer<RunChunk | null>> {
  const { byteOffset: pages, pageCursor: after, search } = run
  const metafields = run.metafields ?? []
  if (pages > 0 && after === null) return { kind: 'answered', data: null, pointsAvailable: null, faults: [] }
  const query = membershipQueryOf(policy.audience)
  // A page that fails is tried again with half as many customers each time.
  const failed = run.waitsFor === 'shopify_away' ? Math.min(run.attempt, 6) : 0
  const size = Math.max(1, readSize(POINTS_OF_A_PAGE, metafieldsWorth(metafields), query) >> failed)
  const answer = await readCustomersPage(shop, { search, after, size, metafields })
  if (answer.kind !== 'answered') return answer
  const { customers, rows, next } = answer.data
  const shown = customers.flatMap((customer) => (isUnreadable(customer.shown) ? [] : customer.id))
  const memberships = query ? await readMembershipsOf(shop, shown, query) : null
  if (memberships && memberships.kind !== 'answered') return memberships
  const checkpoint = { from: pages, to: pages + 1, cursor: next }
  return { ...answer, data: { customers, rows, ...checkpoint, memberships: memberships?.data ?? null } }
}
