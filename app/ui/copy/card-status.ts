import type { SyncRunKind } from '#app/core/report/sync-card.ts'
import type { CardState } from '../card/card-state.ts'
import { changes } from './sync-card.ts'

export interface StatusFacts {
  readonly pending: number
  readonly runKind: SyncRunKind
  /** When Klaviyo takes calls again, by the shop's clock, and how long that is from now. */
  readonly waitsUntil: string
  readonly waitsFor: string
}

/** The badge beside the card's title and the sentence under it. */
export const statusCopy: Record<
  CardState,
  { readonly badge: string; readonly sentence: (facts: StatusFacts) => string }
> = {
  not_connected: { badge: 'Not connected', sentence: () => 'Klaviyo is not connected. Nothing is sent.' },
  refused: { badge: 'Reconnect needed', sentence: () => 'Nothing is sent until Klaviyo is connected again.' },
  throttled: {
    badge: 'Waiting for Klaviyo',
    sentence: ({ waitsUntil, waitsFor }) =>
      `Klaviyo asked us to slow down. The sync goes on at ${waitsUntil} (in ${waitsFor}). Nothing is lost.`,
  },
  first_sync: {
    badge: 'Starting',
    sentence: () => 'Klaviyo is connected. The first full sync starts in a moment.',
  },
  starting: { badge: 'Starting', sentence: () => 'The sync starts in a moment.' },
  running: { badge: 'Syncing', sentence: ({ runKind }) => runningWords[runKind] },
  paused: { badge: 'Paused', sentence: () => 'The sync is paused. It goes on from where it stopped.' },
  pending: {
    badge: 'Syncing',
    sentence: ({ pending }) => `${changes(pending)} ${pending === 1 ? 'is' : 'are'} on the way to Klaviyo.`,
  },
  never_synced: { badge: 'Connected', sentence: () => 'Klaviyo is connected. No full sync has been started yet.' },
  idle: { badge: 'Up to date', sentence: () => 'No change is waiting to be sent to Klaviyo.' },
}

const runningWords: Record<SyncRunKind, string> = {
  full: 'A full sync is under way. Changes your customers make meanwhile go first.',
  catch_up: 'Many customers changed at once, so they are read from Shopify in bulk.',
}
