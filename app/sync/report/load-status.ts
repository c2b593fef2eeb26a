import type { ShopDomain } from '#app/core/ids.ts'
import { customerPartsOf } from '#app/core/report/customer-parts.ts'
import {
  kindOfReason,
  type ReasonCount,
  STATUS_VERSION,
  type StatusReport,
  type StatusState,
} from '#app/core/report/status-report.ts'
import type { Stall, SyncCard } from '#app/core/report/sync-card.ts'
import { type CustomerSums, findCustomerSums } from '#app/store/customer-sums.ts'
import { findOldestMarks } from '#app/store/mark-counts.ts'
import { listNewestRuns, type SyncRun } from '#app/store/sync-runs.ts'
import { loadSyncCard } from './load-sync-card.ts'
import { checkOf } from './run-report.ts'

const MOST_MARKS_COUNTED = 10_000

/** The state of a shop's sync for programs. Takes as long for a million profiles as for ten. */
export async function loadStatus(shop: ShopDomain, now: Date): Promise<StatusReport> {
  const [card, sums, { waitingSince }, [lastRun]] = await Promise.all([
    loadSyncCard(shop, now),
    // All counts come from one statement, so that they add up while customers are being settled.
    findCustomerSums(shop, { upTo: MOST_MARKS_COUNTED }),
    findOldestMarks(shop, { markedSince: null, now }),
    listNewestRuns(shop, 1),
  ])
  const standStill = standStillOf(card)
  return {
    version: STATUS_VERSION,
    shop,
    asOf: now.toISOString(),
    state: stateOf(card, standStill),
    lagSeconds: lagSecondsOf(card, now),
    oldestChangeSince: waitingSince?.toISOString() ?? null,
    ...customersOf(sums),
    syncedLastDay: card.syncedLastDay,
    lastProfileSyncedAt: card.lastProfileSyncedAt,
    lastRun: lastRun ? statusRun(lastRun) : null,
    standStill: standStill && { cause: standStill.why, since: standStill.since, until: standStill.until ?? null },
  }
}

/** The sums of all customers, and those with a reason by reason, the most frequent first. */
function customersOf({ counts, marks }: CustomerSums): Pick<StatusReport, 'customers' | 'reasons'> {
  const parts = customerPartsOf(counts, marks)
  const pending = parts.waiting + parts.waitingAtLimit
  const issues = parts.invalidEmail + parts.otherIssues
  const excluded = parts.customers - parts.inSync - pending - issues
  const byCode = new Map<ReasonCount['code'], number>()
  for (const { state, code, profiles } of counts) {
    const counted = state === 'excluded' || state === 'issue' || (state === 'pending' && code === 'limit')
    if (counted && code !== null) byCode.set(code, (byCode.get(code) ?? 0) + profiles)
  }
  return {
    customers: { total: parts.customers, synced: parts.inSync, pending, excluded, issues },
    reasons: [...byCode]
      .filter(([, customers]) => customers > 0)
      .map(([code, customers]) => ({ code, kind: kindOfReason(code), customers }))
      .sort((one, other) => other.customers - one.customers || one.code.localeCompare(other.code)),
  }
}

/** What a run waits for as it usually does: Shopify writes a file, Klaviyo imports. */
const USUAL_WAITS: readonly Stall['why'][] = ['shopify_preparing', 'klaviyo_importing']

/** Why nothing reaches Klaviyo; null while the integration is not on, or something does. */
function standStillOf({ connection, integration, startAt, shopifyTrouble, liveStall, run }: SyncCard): Stall | null {
  if (connection.kind === 'none' || integration.status !== 'on' || startAt !== null) return null
  if (connection.kind === 'refused') return { why: 'klaviyo_refused', since: connection.refusedAt }
  if (shopifyTrouble && shopifyTrouble.why !== 'fields_withheld')
    return { why: shopifyTrouble.why, since: shopifyTrouble.since }
  if (liveStall) return liveStall
  return run?.stall && !USUAL_WAITS.includes(run.stall.why) ? run.stall : null
}

function stateOf(card: SyncCard, standStill: Stall | null): StatusState {
  if (card.connection.kind === 'none') return 'not_connected'
  if (card.connection.kind === 'refused') return 'klaviyo_refuses_key'
  if (card.integration.status !== 'on') return card.integration.status
  if (card.startAt !== null) return 'waiting_to_start'
  if (standStill) return 'stalled'
  if (card.run !== null) return 'running'
  if (card.pending > 0 || card.identifiersPending) return 'sending_changes'
  return card.filled || card.lastFullSyncStartedAt !== null ? 'in_sync' : 'never_synced'
}

function lagSecondsOf(card: SyncCard, now: Date): number | null {
  const { connection, integration, startAt, throttledUntil, dueSince } = card
  if (connection.kind !== 'connected' || integration.status !== 'on' || startAt !== null || throttledUntil !== null)
    return null
  return dueSince === null ? 0 : Math.max(0, Math.floor((now.getTime() - Date.parse(dueSince)) / 1_000))
}

function statusRun(run: SyncRun): NonNullable<StatusReport['lastRun']> {
  const { pushed: sent, ...counts } = run.counts
  return {
    id: run.id,
    kind: run.kind,
    trigger: run.trigger,
    state: run.state,
    startedAt: run.requestedAt.toISOString(),
    endedAt: run.finishedAt?.toISOString() ?? null,
    heldUntil: run.finishedAt ? null : (checkOf(run)?.until ?? null),
    expected: run.expected,
    sent,
    ...counts,
  }
}
