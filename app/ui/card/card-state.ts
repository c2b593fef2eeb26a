import type { SyncCard } from '#app/core/report/sync-card.ts'

export type CardState =
  | 'not_connected'
  | 'refused'
  | 'off'
  | 'turning_off'
  | 'shopify_refuses'
  | 'klaviyo_fails'
  | 'throttled'
  | 'first_sync'
  | 'starting'
  | 'running'
  | 'delayed'
  | 'pending'
  | 'identifiers_wait'
  | 'never_synced'
  | 'unfilled'
  | 'at_limit'
  | 'idle'

/** The one state that the card shows; reasons why nothing is sent come before progress. */
export function cardStateOf(card: SyncCard, nowMs: number): CardState {
  if (card.connection.kind === 'none') return 'not_connected'
  if (card.connection.kind === 'refused') return 'refused'
  if (card.integration.status !== 'on') return card.integration.status
  if (card.shopifyTrouble && card.shopifyTrouble.why !== 'fields_withheld') return 'shopify_refuses'
  const somethingToSend = card.run !== null || card.pending > 0 || card.identifiersPending
  if (card.liveStall) return 'klaviyo_fails'
  if (somethingToSend && msUntil(card.throttledUntil, nowMs) > 0) return 'throttled'
  if (card.run?.state === 'queued') return isFirstSync(card) ? 'first_sync' : 'starting'
  if (card.run !== null) return 'running'
  if (msUntil(card.delayedUntil, nowMs) > 0) return 'delayed'
  if (card.pending > 0) return 'pending'
  if (card.identifiersPending) return 'identifiers_wait'
  if (card.lastFullSyncStartedAt === null) return 'never_synced'
  if (!card.filled) return 'unfilled'
  return card.parts.waitingAtLimit > 0 ? 'at_limit' : 'idle'
}

function isFirstSync(card: SyncCard): boolean {
  return card.run?.kind === 'full' && card.syncedTotal === 0
}

/** The state of the button that starts a full sync: enabled, waiting for the hour to pass, or disabled for another reason. */
export function syncButtonStateOf(card: SyncCard, nowMs: number): 'ready' | 'cooling_down' | 'blocked' {
  if (card.connection.kind !== 'connected' || card.integration.status !== 'on') return 'blocked'
  if (msUntil(card.nextFullSyncAt, nowMs) > 0) return 'cooling_down'
  return card.run?.kind === 'full' ? 'blocked' : 'ready'
}

/** Milliseconds until the instant; zero or less if it is past, or null. */
export function msUntil(at: string | null, nowMs: number): number {
  return at === null ? 0 : Date.parse(at) - nowMs
}
