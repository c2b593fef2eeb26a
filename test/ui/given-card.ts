import { ruleCodes } from '#app/core/issue/reason-code.ts'
import type { RunReport } from '#app/core/report/activity.ts'
import type { CustomerParts } from '#app/core/report/customer-parts.ts'
import type { CardRun, Integration, SyncCard } from '#app/core/report/sync-card.ts'

export const NOON = '2026-11-21T12:00:00.000Z'

/** A connected shop at rest at noon, and what differs from that. */
export function givenCard(differs: Partial<SyncCard> = {}): SyncCard {
  return {
    asOf: NOON,
    timeZone: 'Europe/Berlin',
    connection: { kind: 'connected', by: 'key', accountName: 'Ada Boutique', connectedAt: '2026-10-01T08:00:00.000Z' },
    integration: givenIntegration(),
    startAt: null,
    guide: { hidden: true, done: { connect: true, loyalty: false, customers: false, start: true } },
    anyRead: true,
    dueSince: null,
    speedToday: { changes: 812, withinMs: 4_000 },
    syncedLastDay: 1204,
    syncedTotal: 18_340,
    parts: givenParts(),
    omitted: 0,
    listProblem: null,
    pending: 0,
    lastFullSyncStartedAt: '2026-11-21T03:00:00.000Z',
    lastFullSyncTrigger: 'by_hand',
    fullSyncFailedAt: null,
    lastProfileSyncedAt: '2026-11-21T11:59:30.000Z',
    run: null,
    nextFullSyncAt: null,
    throttledUntil: null,
    segmentsGone: [],
    delayedUntil: null,
    shopifyTrouble: null,
    identifiersPending: false,
    filled: true,
    refillAt: null,
    loyaltyRefusedAt: null,
    newLoyaltyApp: null,
    heldSources: [],
    liveStall: null,
    ...differs,
  }
}

/** 18,340 customers in sync and 222 not, and what differs from that. The sum is calculated. */
export function givenParts(differs: Partial<CustomerParts> = {}): CustomerParts {
  const leftOut = Object.fromEntries(ruleCodes.map((code) => [code, 0])) as CustomerParts['leftOut']
  const parts = {
    inSync: 18_340,
    waiting: 0,
    waitingAtLimit: 0,
    leftOut,
    futureOnly: 0,
    alreadyInKlaviyo: 0,
    noEmail: 214,
    invalidEmail: 6,
    otherIssues: 2,
    ...differs,
  }
  const { leftOut: byRule, customers: _, ...others } = parts as CustomerParts
  const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0)
  return { ...parts, customers: sum(Object.values(others)) + sum(Object.values(byRule)) }
}

/** Turned on, sending changes as they come, and what differs from that. */
export function givenIntegration(differs: Partial<Integration> = {}): Integration {
  return {
    status: 'on',
    version: 7,
    stoppedAt: null,
    syncDelayMs: 0,
    nightlyReconcile: true,
    hourlyCheck: false,
    holdAbovePercent: 30,
    ...differs,
  }
}

/** Turned off two minutes after one by the shop's clock, and what differs from that. */
export function givenTurnedOff(differs: Partial<SyncCard> = {}): SyncCard {
  const integration = givenIntegration({ status: 'off', stoppedAt: '2026-11-21T11:02:00.000Z' })
  return givenCard({ integration, pending: 118, ...differs })
}

/** A full sync in the middle of reading, and what differs from that. */
export function givenRun(differs: Partial<CardRun> = {}): CardRun {
  return {
    id: 'run-1',
    kind: 'full',
    trigger: 'by_hand',
    state: 'reading',
    startedAt: '2026-11-21T11:56:00.000Z',
    expected: 1000,
    rowsWritten: null,
    byPages: false,
    check: null,
    read: 400,
    pushed: 100,
    unchanged: 90,
    excluded: 8,
    issues: 2,
    remainingMs: null,
    stall: null,
    ...differs,
  }
}

/** A full sync that a merchant started and that finished, and what differs from that. */
export function givenReport(differs: Partial<RunReport> = {}): RunReport {
  return {
    ...givenRun({ read: 1000, pushed: 600, unchanged: 392, excluded: 8, issues: 0 }),
    startedBy: { staff: '42', isYou: true },
    state: 'finished',
    endedAt: '2026-11-21T11:59:00.000Z',
    limit: null,
    end: null,
    ...differs,
  }
}
