import type { SyncCard } from '#app/core/report/sync-card.ts'

const WHILE_IT_MOVES_MS = 2_000
const AT_REST_MS = 15_000

/** How soon the card is read again. Work that is held (no connection, a paused run) does not move, so nobody hurries to see it. */
export function pollIntervalMs(card: SyncCard): number {
  if (card.connection.kind !== 'connected') return AT_REST_MS
  const runMoves = card.run !== null && card.run.state !== 'paused'
  return runMoves || card.pending > 0 ? WHILE_IT_MOVES_MS : AT_REST_MS
}
