import type { RunReport } from '#app/core/report/activity.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'

const WHILE_IT_MOVES_MS = 2_000
const AT_REST_MS = 15_000

/** How soon the card is read again. Work that is held (no connection, turned off, a wait) does not change, so it is read less often. */
export function pollIntervalMs(card: SyncCard): number {
  const { status } = card.integration
  if (status === 'turning_off') return WHILE_IT_MOVES_MS
  if (card.connection.kind !== 'connected' || status === 'off' || card.startAt !== null) return AT_REST_MS
  if (card.run !== null) return runsPollIntervalMs([card.run])
  return card.pending > 0 && card.delayedUntil === null ? WHILE_IT_MOVES_MS : AT_REST_MS
}

const moving: readonly RunReport['state'][] = ['queued', 'reading', 'delivering']

/** How soon a page that shows these runs is read again. */
export function runsPollIntervalMs(runs: readonly Pick<RunReport, 'state'>[]): number {
  return runs.some(({ state }) => moving.includes(state)) ? WHILE_IT_MOVES_MS : AT_REST_MS
}
