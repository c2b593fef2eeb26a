import { speedOf } from '#app/core/flow/delivery-times.ts'
import { FULL_SYNC_EVERY_MS } from '#app/core/flow/full-sync-throttle.ts'
import { after } from '#app/core/flow/instants.ts'
import { todayFrom } from '#app/core/flow/shop-day.ts'
import { liveStallOf } from '#app/core/flow/stall.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import { heldIn } from '#app/core/loyalty/held-sources.ts'
import { newLoyaltyApp } from '#app/core/loyalty/seen-apps.ts'
import { customerPartsOf, trackedOf } from '#app/core/report/customer-parts.ts'
import { type SetupGuide, setupGuideOf } from '#app/core/report/setup-guide.ts'
import type { CardConnection, Integration, SyncCard } from '#app/core/report/sync-card.ts'
import type { ListProblem } from '#app/core/settings/destination.ts'
import { syncingSetting } from '#app/core/settings/syncing.ts'
import { type Connection, findConnection } from '#app/store/connections.ts'
import { type CustomerSums, findCustomerSums } from '#app/store/customer-sums.ts'
import { autocommit } from '#app/store/database.ts'
import { findOldestImport } from '#app/store/imports.ts'
import { findBlockedUntil, findOutage } from '#app/store/klaviyo-budgets.ts'
import { findFirstReady, findOldestMarks } from '#app/store/mark-counts.ts'
import { countOmitted, countSyncedSince, type ProfileCountRow } from '#app/store/profile-counts.ts'
import { findRefillAt } from '#app/store/run-starts.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { listDeliveryTimes } from '#app/store/sync-hours.ts'
import { findLastFullRun, findOpenRun } from '#app/store/sync-runs.ts'
import { cardRun } from './run-report.ts'

const DAY_MS = 24 * 60 * 60_000
/** Changes that wait are counted up to this number. */
export const MOST_PENDING_COUNTED = 10_000

/** What the Integration Sync card shows now. Takes as long for a million profiles as for ten. */
export async function loadSyncCard(shop: ShopDomain, now: Date): Promise<SyncCard> {
  const [known, connection, { counts, marks }, syncedLastDay, run, lastFull, omitted] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    findCustomerSums(shop, { upTo: MOST_PENDING_COUNTED }),
    countSyncedSince(shop, after(now, -DAY_MS)),
    findOpenRun(shop, autocommit),
    findLastFullRun(shop),
    countOmitted(shop, { upTo: MOST_PENDING_COUNTED }),
  ])
  const timeZone = known?.timeZone ?? 'UTC'
  const [throttledUntil, outage, oldest, importingSince, delivered, refillAt] = await Promise.all([
    connection && findBlockedUntil(connection.quota, now),
    connection && findOutage(connection.quota, now),
    findOldestMarks(shop, { markedSince: known?.futureSince ?? null, now }),
    findOldestImport(shop),
    listDeliveryTimes(shop, todayFrom(timeZone, now)),
    known && !known.filledAt ? findRefillAt(shop) : null,
  ])
  const leasedUntil = known?.leasedUntil ?? null
  const surroundings = {
    leasedUntil,
    klaviyoRefusedAt: connection?.refusedAt ?? null,
    klaviyoBlockedUntil: throttledUntil,
    klaviyoOutage: outage,
  }
  const sends = connection && !connection.refusedAt && known?.status === 'on' && !known.startAt
  // A catch-up reads the marks that wait.
  const untakenSince = run?.kind === 'catch_up' ? null : oldest.untakenSince
  const liveFacts = {
    klaviyoOutage: outage,
    klaviyoBlockedUntil: throttledUntil,
    shopifyAwaySince: known?.shopifyTrouble ? null : (known?.shopifyAwayAt ?? null),
    importingSince,
    leasedUntil,
    waitingSince: oldest.waitingSince,
    untakenSince,
  }
  const inFlight = inFlightOf(counts)
  const delayedUntil = known && marks.all > 0 && inFlight === 0 ? await findDelayedUntil(known, now) : null
  return {
    asOf: now.toISOString(),
    timeZone,
    connection: cardConnection(connection),
    integration: cardIntegration(known),
    startAt: known?.startAt?.toISOString() ?? null,
    guide: cardGuide(known, { connection, started: lastFull !== null || known?.filledAt != null }),
    syncedLastDay,
    syncedTotal: trackedOf(counts),
    anyRead: known?.filledAt != null || counts.some(({ state, profiles }) => profiles > 0 && state !== 'gone'),
    parts: customerPartsOf(counts, marks),
    omitted,
    listProblem: listProblemOf(known),
    pending: pendingOf({ counts, marks }),
    dueSince: sends && !throttledUntil ? (oldest.dueSince?.toISOString() ?? null) : null,
    speedToday: speedOf(delivered),
    lastFullSyncStartedAt: lastFull?.requestedAt.toISOString() ?? null,
    lastFullSyncTrigger: lastFull?.trigger ?? null,
    fullSyncFailedAt: lastFull?.failedAt?.toISOString() ?? null,
    lastProfileSyncedAt: newest(counts)?.toISOString() ?? null,
    run: run && cardRun(run, surroundings, now),
    nextFullSyncAt: nextFullSyncAt(known, now)?.toISOString() ?? null,
    throttledUntil: throttledUntil?.toISOString() ?? null,
    liveStall: sends ? liveStallOf(liveFacts, now) : null,
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

function cardGuide(
  shop: Shop | null,
  { connection, started }: { connection: Connection | null; started: boolean },
): SetupGuide {
  return setupGuideOf({
    memory: shop?.guide ?? { hidden: false, done: [] },
    connected: connection !== null && !connection.refusedAt,
    waitsToStart: shop?.startAt != null,
    started,
  })
}

/** How many changes wait to be sent, as far as they are counted. */
export function pendingOf({ counts, marks }: CustomerSums): number {
  return Math.min(MOST_PENDING_COUNTED, marks.all + inFlightOf(counts))
}

/** How many changes are on the way, and wait for Klaviyo's answer. */
function inFlightOf(counts: CustomerSums['counts']): number {
  return sumOf(counts, (row) => row.state === 'pending' && row.code !== 'limit')
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
  const by = connection.kind === 'oauth' ? 'login' : 'key'
  if (refusedAt) return { kind: 'refused', by, accountName, refusedAt: refusedAt.toISOString() }
  return { kind: 'connected', by, accountName, connectedAt: connectedAt.toISOString() }
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
