import type { CardRun, SyncCard } from '#app/core/report/sync-card.ts'

export const NOON = '2026-11-21T12:00:00.000Z'

/** A connected shop at rest at noon, and what differs from that. */
export function givenCard(differs: Partial<SyncCard> = {}): SyncCard {
  return {
    asOf: NOON,
    timeZone: 'Europe/Berlin',
    connection: { kind: 'connected', accountName: 'Ada Boutique', connectedAt: '2026-10-01T08:00:00.000Z' },
    syncedLastDay: 1204,
    syncedTotal: 18_340,
    noEmail: 214,
    invalidEmail: 6,
    otherIssues: 2,
    pending: 0,
    lastFullSyncStartedAt: '2026-11-21T03:00:00.000Z',
    fullSyncFailedAt: null,
    lastProfileSyncedAt: '2026-11-21T11:59:30.000Z',
    run: null,
    nextFullSyncAt: null,
    throttledUntil: null,
    ...differs,
  }
}

/** A full sync in the middle of reading, and what differs from that. */
export function givenRun(differs: Partial<CardRun> = {}): CardRun {
  return {
    id: 'run-1',
    kind: 'full',
    state: 'reading',
    startedAt: '2026-11-21T11:56:00.000Z',
    expected: 1000,
    read: 400,
    pushed: 100,
    unchanged: 90,
    excluded: 8,
    issues: 2,
    ...differs,
  }
}
