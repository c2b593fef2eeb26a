import { after } from '#app/core/flow/instants.ts'
import type { KlaviyoOutage } from '#app/core/flow/klaviyo-outage.ts'
import { LONGEST_HOLD_MS } from '#app/core/flow/large-change.ts'
import { remainingMsOf } from '#app/core/flow/run-pace.ts'
import { stallOf } from '#app/core/flow/stall.ts'
import { openRunStates, type SyncRunState } from '#app/core/flow/sync-run-state.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { RunEnd, RunReport } from '#app/core/report/activity.ts'
import type { CardRun, RunCheckView } from '#app/core/report/sync-card.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { findBlockedUntil, findOutage } from '#app/store/klaviyo-budgets.ts'
import { findShop } from '#app/store/shops.ts'
import type { SyncRun } from '#app/store/sync-runs.ts'

/** Why a shop's runs may not be advancing. */
export interface Surroundings {
  readonly leasedUntil: Date | null
  readonly klaviyoRefusedAt: Date | null
  readonly klaviyoBlockedUntil: Date | null
  readonly klaviyoOutage: KlaviyoOutage | null
}

export async function findSurroundings(shop: ShopDomain, now: Date): Promise<Surroundings & { timeZone: string }> {
  const [known, connection] = await Promise.all([findShop(shop), findConnection(shop, autocommit)])
  return {
    timeZone: known?.timeZone ?? 'UTC',
    leasedUntil: known?.leasedUntil ?? null,
    klaviyoRefusedAt: connection?.refusedAt ?? null,
    klaviyoBlockedUntil: connection && (await findBlockedUntil(connection.quota, now)),
    klaviyoOutage: connection && (await findOutage(connection.quota, now)),
  }
}

/** An open run as the card shows it. */
export function cardRun(run: SyncRun, surroundings: Surroundings, now: Date): CardRun {
  return {
    id: run.id,
    kind: run.kind,
    trigger: run.trigger,
    state: run.state as CardRun['state'],
    startedAt: run.requestedAt.toISOString(),
    expected: run.expected,
    rowsWritten: rowsWrittenIn(run),
    byPages: run.byPages,
    check: checkOf(run),
    ...run.counts,
    ...movementOf(run, surroundings, now),
  }
}

/** A run, open or ended, as its own page shows it. `viewer` is the member of staff who sees the page. */
export function runReport(
  run: SyncRun,
  surroundings: Surroundings,
  { viewer, now }: { viewer: string | null; now: Date },
): RunReport {
  return {
    id: run.id,
    kind: run.kind,
    trigger: run.trigger,
    startedBy: staffOf(run.startedBy, viewer),
    state: run.state,
    startedAt: run.requestedAt.toISOString(),
    endedAt: run.finishedAt?.toISOString() ?? null,
    expected: run.expected,
    rowsWritten: rowsWrittenIn(run),
    byPages: run.byPages,
    check: checkOf(run),
    ...run.counts,
    limit: run.mostNew !== null && run.held > 0 ? { mostNew: run.mostNew, held: run.held } : null,
    end: endOf(run, viewer),
    ...movementOf(run, surroundings, now),
  }
}

/** How many customers Shopify has written to the file; null unless it is being written. */
function rowsWrittenIn({ waitsFor, rowsWritten }: SyncRun): number | null {
  return waitsFor === 'shopify_preparing' ? rowsWritten : null
}

function movementOf(run: SyncRun, surroundings: Surroundings, now: Date): Pick<CardRun, 'remainingMs' | 'stall'> {
  if (run.check?.state === 'held') return { stall: null, remainingMs: null }
  const stall = stallOf({ ...run, ...surroundings }, now)
  const moves = run.state === 'reading' && stall === null
  return { stall, remainingMs: moves ? remainingMsOf({ ...run, read: run.counts.read }) : null }
}

/** What a run that is counted first has found; `until` while it waits for a yes. Null for a run that is not counted first. */
export function checkOf({ check }: SyncRun): RunCheckView | null {
  if (!check) return null
  const { state, wouldChange, wouldClear, of, heldAt } = check
  const until = state === 'held' && heldAt ? after(heldAt, LONGEST_HOLD_MS).toISOString() : null
  return { state, wouldChange, wouldClear, of, until }
}

function staffOf(staff: string | null, viewer: string | null) {
  return staff === null ? null : { staff, isYou: staff === viewer }
}

/** Reasons that Lockstep records. Any other text is an error message of Shopify's. */
const ENDS = {
  superseded: 'superseded',
  reset: 'reset',
  disconnected: 'disconnected',
  another_account: 'another_account',
  uninstalled: 'uninstalled',
  unanswered: 'unanswered',
  unavailable: 'shopify_away',
} as const

function endOf({ state, failure, endedBy }: SyncRun, viewer: string | null): RunEnd | null {
  if (isOpen(state) || failure === null) return null
  if (failure === 'cancelled_by_hand') return { why: 'cancelled_by_hand', by: staffOf(endedBy, viewer) }
  if (Object.hasOwn(ENDS, failure)) return { why: ENDS[failure as keyof typeof ENDS] }
  return { why: 'shopify_refused', words: failure }
}

/** Why a run ended, as a code: one of Lockstep's own, or `shopify_refused` for a message of Shopify's. */
export function endCodeOf(failure: string): RunEnd['why'] {
  if (failure === 'cancelled_by_hand') return failure
  return Object.hasOwn(ENDS, failure) ? ENDS[failure as keyof typeof ENDS] : 'shopify_refused'
}

function isOpen(state: SyncRunState): boolean {
  return (openRunStates as readonly SyncRunState[]).includes(state)
}
