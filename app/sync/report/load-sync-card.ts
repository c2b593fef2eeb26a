import { FULL_SYNC_EVERY_MS } from '#app/core/flow/full-sync-throttle.ts'
import { after } from '#app/core/flow/instants.ts'
import { outageStallOf } from '#app/core/flow/stall.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import { heldIn } from '#app/core/loyalty/held-sources.ts'
import { newLoyaltyApp } from '#app/core/loyalty/seen-apps.ts'
import { customerPartsOf, trackedOf } from '#app/core/report/customer-parts.ts'
import type { CardConnection, Integration, SyncCard } from '#app/core/report/sync-card.ts'
import type { ListProblem } from '#app/core/settings/destination.ts'
import { syncingSetting } from '#app/core/settings/syncing.ts'
import { type Connection, findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { findBlockedUntil, findOutage } from '#app/store/klaviyo-budgets.ts'
import { countWaitingMarks, findFirstReady } from '#app/store/mark-counts.ts'
import { countOmitted, countSyncedSince, listProfileCounts, type ProfileCountRow } from '#app/store/profile-counts.ts'
import { findRefillAt } from '#app/store/run-starts.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { findLastFullRun, findOpenRun } from '#app/store/sync-runs.ts'
import { cardRun } from './run-report.ts'

const DAY_MS = 24 * 60 * 60_000
const MOST_PENDING_COUNTED = 10_000

/** What the Integration Sync card shows now. Takes as long for a million profiles as for ten. */
export async function loadSyncCard(shop: ShopDomain, now: Date): Promise<SyncCard> {
  const [known, connection, counts, syncedLastDay, marks, run, lastFull, omitted] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    listProfileCounts(shop),
    countSyncedSince(shop, after(now, -DAY_MS)),
    countWaitingMarks(shop, { upTo: MOST_PENDING_COUNTED }),
    findOpenRun(shop, autocommit),
    findLastFullRun(shop),
    countOmitted(shop, { upTo: MOST_PENDING_COUNTED }),
  ])
  const throttledUntil = connection && (await findBlockedUntil(connection.accountId, now))
  const outage = connection && (await findOutage(connection.accountId, now))
  const surroundings = {
    leasedUntil: known?.leasedUntil ?? null,
    klaviyoRefusedAt: connection?.refusedAt ?? null,
    klaviyoBlockedUntil: throttledUntil,
    klaviyoOutage: outage,
  }
  const inFlight = sumOf(counts, (row) => row.state === 'pending' && row.code !== 'limit')
  const delayedUntil = known && marks.all > 0 && inFlight === 0 ? await findDelayedUntil(known, now) : null
  const refillAt = known && !known.filledAt ? await findRefillAt(shop) : null
  return {
    asOf: now.toISOString(),
    timeZone: known?.timeZone ?? 'UTC',
    connection: cardConnection(connection),
    integration: cardIntegration(known),
    syncedLastDay,
    syncedTotal: trackedOf(counts),
    parts: customerPartsOf(counts, marks),
    omitted,
    listProblem: listProblemOf(known),
    pending: Math.min(MOST_PENDING_COUNTED, marks.all + inFlight),
    lastFullSyncStartedAt: lastFull?.requestedAt.toISOString() ?? null,
    fullSyncFailedAt: lastFull?.failedAt?.toISOString() ?? null,
    lastProfileSyncedAt: newest(counts)?.toISOString() ?? null,
    run: run && cardRun(run, surroundings, now),
    nextFullSyncAt: nextFullSyncAt(known, now)?.toISOString() ?? null,
    throttledUntil: throttledUntil?.toISOString() ?? null,
    liveStall: connection?.refusedAt ? null : outageStallOf(outage, now),
    segmentsGone: known ? segmentsGone(known) : [],
    delayedUntil: delayedUntil?.toISOString() ?? null,
    shopifyTrouble: known?.shopifyTrouble
      ? { ...known.shopifyTrouble, since: known.shopifyTrouble.since.toISOString() }
      : null,
    identifiersPending: known?.identifiersPending ?? false,
    filled: known?.filledAt != null,
    refillAt: refillAt?.toISOString() ?? null,
    loyaltyRefusedAt: known?.blocked.event?.since.toISOString() ?? null,
    newLoyaltyApp: known ? newLoyaltyApp(known.loyaltyAppsSeen, known.mapping.mapping) : null,
    heldSources: known ? heldIn(known.mapping.mapping, known.heldSources) : [],
  }
}

function sumOf(
  counts: readonly ProfileCountRow[],
  which: (row: ProfileCountRow & { code: ReasonCode | null }) => boolean,
): number {
  return counts.filter(which).reduce((total, row) => total + row.profiles, 0)
}

function newest(counts: readonly ProfileCountRow[]): Date | null {
  return counts.reduce<Date | null>(
    (last, { lastSyncedAt }) => (lastSyncedAt && (!last || lastSyncedAt > last) ? lastSyncedAt : last),
    null,
  )
}

function nextFullSyncAt(shop: Shop | null, now: Date): Date | null {
  if (!shop?.fullSyncStartedAt) return null
  const next = after(shop.fullSyncStartedAt, FULL_SYNC_EVERY_MS)
  return next > now ? next : null
}

/** The problem with the list that the shop chose; null when there is none, or no list is chosen. */
export function listProblemOf(shop: Shop | null): SyncCard['listProblem'] {
  const list = shop?.destination.list
  const { reason, since } = shop?.blocked.list ?? {}
  if (!list || !since || !reason) return null
  return { why: reason as ListProblem, list: list.name, since: since.toISOString() }
}

/** A connection as the pages show it, without its key. */
export function cardConnection(connection: Connection | null): CardConnection {
  if (!connection) return { kind: 'none' }
  const { accountName, connectedAt, refusedAt } = connection
  if (refusedAt) return { kind: 'refused', accountName, refusedAt: refusedAt.toISOString() }
  return { kind: 'connected', accountName, connectedAt: connectedAt.toISOString() }
}

/** The integration's status and settings as the pages show them; on for a shop that is not known yet. */
export function cardIntegration(shop: Shop | null): Integration {
  return {
    status: shop?.status ?? 'on',
    version: shop?.settingsVersion ?? 0,
    stoppedAt: shop?.stoppedAt?.toISOString() ?? null,
    ...(shop?.syncing ?? syncingSetting.initial),
  }
}

/** The names of segments that are recorded as gone and that the rules still use. */
function segmentsGone({ audience, segmentsGone: gone }: Shop): string[] {
  return audience.segments.filter(({ id }) => gone.includes(id)).map(({ name }) => name)
}

/** When the first of the waiting changes is ready; null unless they wait because of the sync delay. */
async function findDelayedUntil({ domain, status, syncing, drainedAt }: Shop, now: Date): Promise<Date | null> {
  const { syncDelayMs } = syncing
  if (status !== 'on' || syncDelayMs === 0 || !drainedAt) return null
  const ready = await findFirstReady(domain)
  return ready && ready > now && ready <= after(drainedAt, syncDelayMs) ? ready : null
}
