import type { Stall, SyncCard } from '#app/core/report/sync-card.ts'

export type CardState =
  | 'not_connected'
  | 'refused'
  | 'off'
  | 'turning_off'
  | 'shopify_refuses'
  | 'klaviyo_fails'
  | 'waits_to_start'
  | 'no_worker'
  | 'throttled'
  | 'first_sync'
  | 'starting'
  | 'running'
  | 'held'
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
  if (card.startAt !== null) return 'waits_to_start'
  const standStill = card.liveStall && stateOfStandStill(card.liveStall.why)
  if (standStill) return standStill
  if (somethingToSend && msUntil(card.throttledUntil, nowMs) > 0) return 'throttled'
  if (card.run?.state === 'queued') return isFirstSync(card) ? 'first_sync' : 'starting'
  if (card.run !== null) return card.run.check?.state === 'held' ? 'held' : 'running'
  if (msUntil(card.delayedUntil, nowMs) > 0) return 'delayed'
  if (card.pending > 0) return 'pending'
  if (card.identifiersPending) return 'identifiers_wait'
  if (card.lastFullSyncStartedAt === null) return 'never_synced'
  if (!card.filled) return 'unfilled'
  return card.parts.waitingAtLimit > 0 ? 'at_limit' : 'idle'
}

/** Null for a cause that has a state of its own, or is none that a merchant has to know beside the banner. */
function stateOfStandStill(why: Stall['why']): CardState | null {
  if (why === 'klaviyo_away' || why === 'klaviyo_outdated' || why === 'klaviyo_misconfigured') return 'klaviyo_fails'
  if (why === 'shopify_away') return 'shopify_refuses'
  return why === 'no_worker' ? 'no_worker' : null
}

function isFirstSync(card: SyncCard): boolean {
  return card.run?.kind === 'full' && card.syncedTotal === 0
}

/** The state of the button that starts a full sync: enabled, waiting for the hour to pass, or disabled for another reason. */
export function syncButtonStateOf(card: SyncCard, nowMs: number): 'ready' | 'cooling_down' | 'blocked' {
  if (card.connection.kind !== 'connected' || card.integration.status !== 'on') return 'blocked'
  // The first sync is not subject to the hourly limit.
  if (card.startAt !== null) return 'ready'
  if (msUntil(card.nextFullSyncAt, nowMs) > 0) return 'cooling_down'
  return card.run?.kind === 'full' ? 'blocked' : 'ready'
}

/** Milliseconds until the instant; zero or less if it is past, or null. */
export function msUntil(at: string | null, nowMs: number): number {
  return at === null ? 0 : Date.parse(at) - nowMs
}
