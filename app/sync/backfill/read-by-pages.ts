import { readSize } from '#app/core/flow/read-lane.ts'
import { isUnreadable } from '#app/core/profile/customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { standingAsked } from '#app/core/profile/rules.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { countCustomers } from '#app/shopify/read-customers.ts'
import { readCustomersPage } from '#app/shopify/read-customers-page.ts'
import { saveRunPages } from '#app/store/run-progress.ts'
import { deleteStandings } from '#app/store/standings.ts'
import { type SyncRun, stepRun } from '#app/store/sync-runs.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { runStepped } from '../events.ts'
import { readStandings } from '../standing/read-standings.ts'
import type { RunChunk } from './run-chunk.ts'

/** One query may cost 1,000 points; a list and its place in it cost a few by themselves. https://shopify.dev/docs/api/usage/limits */
const POINTS_OF_A_PAGE = 980

/** Reads the run's customers page by page from here on, from the first: because bulk operations are refused or fail. */
export async function turnToPages(
  { shop, connection, clock }: Conducting,
  run: SyncRun,
  why: string,
): Promise<boolean> {
  await deleteStandings(shop, run.id)
  const metafields = metafieldsRead(connection.mapping.mapping)
  const askedAt = clock()
  const counted = await countCustomers(shop, run.search)
  const expected = counted.kind === 'answered' ? counted.data : null
  await saveRunPages(shop, { id: run.id, metafields, askedAt, expected })
  const moved =
    run.state === 'reading' || (await stepRun(shop, { id: run.id, from: run.state, to: 'reading', now: clock() }))
  if (moved) runStepped({ shop, run: run.id, kind: run.kind, state: 'reading', why: `by pages: ${why}` })
  return moved
}

/** The next page of a run, with what the rules want to know of its customers beside their records; null after the last. */
export async function readRunPage(
  { shop, connection }: Conducting,
  run: SyncRun,
): Promise<AdminAnswer<RunChunk | null>> {
  const { byteOffset: pages, pageCursor: after, search } = run
  const metafields = run.metafields ?? []
  if (pages > 0 && after === null) return { kind: 'answered', data: null, pointsAvailable: null, faults: [] }
  const asked = standingAsked(connection.rules)
  // What fails as a large page may come as smaller ones.
  const failed = run.waitsFor === 'shopify_away' ? Math.min(run.attempt, 6) : 0
  const size = Math.max(1, readSize(POINTS_OF_A_PAGE, metafields.length, asked) >> failed)
  const answer = await readCustomersPage(shop, { search, after, size, metafields })
  if (answer.kind !== 'answered') return answer
  const { customers, rows, next } = answer.data
  const shown = customers.flatMap((customer) => (isUnreadable(customer.shown) ? [] : customer.id))
  const standings = asked ? await readStandings(shop, shown, asked) : null
  if (standings && standings.kind !== 'answered') return standings
  const checkpoint = { from: pages, to: pages + 1, cursor: next }
  return { ...answer, data: { customers, rows, ...checkpoint, standings: standings?.data ?? null } }
}
