import { DELIVERY_BOUNDS_MS, DELIVERY_BUCKETS } from '#app/core/flow/delivery-times.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { isMetafieldTopic } from '#app/core/loyalty/last-heard.ts'
import { maskWords } from '#app/core/support/mask-words.ts'
import { BUNDLE_VERSION, type SupportBundle, supportBundle } from '#app/core/support/support-bundle.ts'
import { findConnection, isAccountShared } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { listStatusTokens } from '#app/store/status-tokens.ts'
import {
  countFlowRuns,
  countMarks,
  findDatabaseVersions,
  findScopes,
  listAllowance,
  listHours,
  listOpenRequests,
} from '#app/store/support-facts.ts'
import { listDeliveryTimes } from '#app/store/sync-hours.ts'
import { listNewestRuns, type SyncRun } from '#app/store/sync-runs.ts'
import { listWebhookTopics } from '#app/store/webhook-topics.ts'
import { lockstepVersion } from '#app/telemetry/lockstep-version.ts'
import { loadStatus } from '../report/load-status.ts'
import { endCodeOf } from '../report/run-report.ts'
import { maskedErrors } from './masked-errors.ts'
import { settingsWithoutTexts } from './settings-without-texts.ts'

const RUNS = 20
const HOURS = 48
const WEEK_MS = 7 * 24 * 60 * 60_000

/**
 * Loads what is in the support file of a shop. It is checked against its shape at the end, in which no field takes free text: what does not fit fails
 * the file instead of getting into it. `operator` is how Lockstep is set up. Returns null for a shop that is not known.
 */
export async function loadSupportBundle(
  shop: ShopDomain,
  operator: SupportBundle['operator'],
  now: Date,
): Promise<SupportBundle | null> {
  const known = await findShop(shop)
  if (!known) return null
  const connection = await findConnection(shop, autocommit)
  const [lockstep, database, status, scopes, tokens, flowRunsLastWeek, accountShared, runs, counts, errors, hours] =
    await Promise.all([
      lockstepVersion(),
      findDatabaseVersions(),
      loadStatus(shop, now),
      findScopes(shop),
      listStatusTokens(shop),
      countFlowRuns(shop),
      isAccountShared(shop),
      listNewestRuns(shop, RUNS),
      listProfileCounts(shop),
      maskedErrors(shop),
      listHours(shop, HOURS),
    ])
  const [times, topics, outbox, marks, allowance] = await Promise.all([
    listDeliveryTimes(shop, after(now, -WEEK_MS)),
    listWebhookTopics(shop),
    listOpenRequests(shop),
    countMarks(shop, now),
    connection ? listAllowance(connection.quota) : [],
  ])
  const metafields = topics.filter(({ topic }) => isMetafieldTopic(topic))
  return supportBundle.parse({
    version: BUNDLE_VERSION,
    madeAt: now.toISOString(),
    versions: { lockstep, node: process.version, ...database },
    operator,
    status,
    shop: { ...shopFacts(known), scopes, statusTokens: tokens.length, flowRunsLastWeek },
    connection: {
      kind: connection === null ? 'none' : connection.refusedAt ? 'refused' : 'connected',
      connectedAt: textOf(connection?.connectedAt),
      refusedAt: textOf(connection?.refusedAt),
      accountShared,
    },
    settings: settingsWithoutTexts(known),
    runs: runs.map(runFacts),
    outcomes: counts
      .filter(({ profiles }) => profiles !== 0)
      .map(({ state, code, profiles, everSynced }) => ({ state, code, customers: profiles, everSynced })),
    errors,
    hours: hours.map((row) => ({
      hour: row.hour.toISOString(),
      webhooks: row.webhooks,
      unreadable: row.unreadable,
      read: row.read,
      sent: row.pushed + row.run_pushed,
      unchanged: row.unchanged,
      excluded: row.excluded,
      issues: row.issues + row.run_issues,
      calls: row.calls,
      throttled: row.throttled,
    })),
    deliveryTimes: Array.from({ length: DELIVERY_BUCKETS }, (_, i) => ({
      upToMs: DELIVERY_BOUNDS_MS[i] ?? null,
      changes: times.reduce((sum, hour) => sum + (hour[i] ?? 0), 0),
    })).filter(({ changes }) => changes > 0),
    heard: {
      topics: topics
        .filter(({ topic }) => !isMetafieldTopic(topic))
        .map(({ topic, receivedAt }) => ({ topic, at: receivedAt.toISOString() })),
      metafields: metafields.length,
      metafieldsLastAt: textOf(metafields[0]?.receivedAt),
    },
    hindrances: hindrancesOf(known),
    outbox: outbox.map((row) => ({
      kind: row.kind,
      state: row.state,
      requests: row.requests,
      oldestAt: row.oldest_at.toISOString(),
      mostAttempts: row.most_attempts,
    })),
    marks,
    allowance: allowance.map((row) => ({
      endpoint: row.endpoint,
      callsInWindows: callsIn(row.windows),
      usedAt: row.used_at.toISOString(),
      blockedUntil: textOf(row.blocked_until),
      failures: row.failures,
      failingSince: textOf(row.failing_since),
      failingWhy: row.failing_why,
    })),
  } satisfies SupportBundle)
}

function textOf(instant: Date | null | undefined): string | null {
  return instant?.toISOString() ?? null
}

function shopFacts(shop: Shop): Omit<SupportBundle['shop'], 'scopes' | 'statusTokens' | 'flowRunsLastWeek'> {
  return {
    installedAt: shop.installedAt.toISOString(),
    timeZone: shop.timeZone,
    sellsToCompanies: shop.b2b,
    settingsVersion: shop.settingsVersion,
    filledAt: textOf(shop.filledAt),
    nextNightlyAt: textOf(shop.nextReconcileAt),
    hourlyCheckedAt: textOf(shop.hourlyDoneAt),
  }
}

function runFacts(run: SyncRun): SupportBundle['runs'][number] {
  const { pushed: sent, ...counts } = run.counts
  const end = run.failure === null ? null : endCodeOf(run.failure)
  return {
    id: run.id,
    kind: run.kind,
    trigger: run.trigger,
    state: run.state,
    byStaff: run.startedBy !== null,
    startedAt: run.requestedAt.toISOString(),
    endedAt: textOf(run.finishedAt),
    progressAt: run.progressAt.toISOString(),
    byPages: run.byPages,
    waitsFor: run.waitsFor,
    attempt: run.attempt,
    expected: run.expected,
    sent,
    ...counts,
    heldByLimit: run.held,
    end,
    words: end === 'shopify_refused' && run.failure !== null ? maskWords(run.failure) : null,
  }
}

/** The fields that Shopify named in its words are left out: the page shows them. */
function hindrancesOf({ shopifyTrouble, shopifyAwayAt, blocked }: Shop): SupportBundle['hindrances'] {
  return {
    shopify: shopifyTrouble && { why: shopifyTrouble.why, since: shopifyTrouble.since.toISOString() },
    shopifyAwaySince: textOf(shopifyAwayAt),
    blocked: Object.entries(blocked).map(([kind, { reason, since, until }]) => ({
      kind,
      reason,
      since: since.toISOString(),
      until: until.toISOString(),
    })),
  }
}

function callsIn(windows: unknown): number[] {
  if (!Array.isArray(windows)) return []
  return windows.map(({ slots }: { slots?: number[] }) => (slots ?? []).reduce((sum, calls) => sum + calls, 0))
}
