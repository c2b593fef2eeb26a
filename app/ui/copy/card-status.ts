import type { SyncRunKind, SyncRunTrigger } from '#app/core/report/sync-card.ts'
import type { CardState } from '../card/card-state.ts'
import { amountOf } from './amounts.ts'
import { changes } from './sync-card.ts'

export interface StatusFacts {
  readonly pending: number
  /** Customers that wait for the next full sync. */
  readonly atLimit: number
  readonly runKind: SyncRunKind
  /** Null when no run is open. */
  readonly runTrigger: SyncRunTrigger | null
  /** When Klaviyo accepts calls again, by the shop's clock, and how long that is from now. */
  readonly waitsUntil: string
  readonly waitsFor: string
  /** When another full sync starts automatically; null if none does. */
  readonly refilledWhen: string | null
  /** When changes that wait for the sync delay are sent: `at 2:15 PM`. */
  readonly sentWhen: string
}

/** The badge beside the card's title and the sentence under it. */
export const statusCopy: Record<
  CardState,
  { readonly badge: string; readonly sentence: (facts: StatusFacts) => string }
> = {
  not_connected: { badge: 'Not connected', sentence: () => 'Klaviyo is not connected. Nothing is sent.' },
  refused: { badge: 'Reconnect needed', sentence: () => 'Nothing is sent until Klaviyo is connected again.' },
  off: {
    badge: 'Off',
    sentence: () => 'The integration is turned off. Nothing is sent. Changed customers are recorded and sent later.',
  },
  turning_off: {
    badge: 'Turning off',
    sentence: () => 'The current batch is being finished, and nothing new is started.',
  },
  throttled: {
    badge: 'Waiting for Klaviyo',
    sentence: ({ waitsUntil, waitsFor }) =>
      `Klaviyo asked us to slow down. The sync continues at ${waitsUntil} (in ${waitsFor}). Nothing is lost.`,
  },
  klaviyo_fails: {
    badge: 'Waiting for Klaviyo',
    sentence: () => 'Klaviyo does not answer. Nothing is lost: the sync continues once it does.',
  },
  first_sync: {
    badge: 'Starting',
    sentence: () => 'Klaviyo is connected. The first full sync starts in a moment.',
  },
  starting: { badge: 'Starting', sentence: () => 'The sync starts in a moment.' },
  running: { badge: 'Sync settings', sentence: runningSentence },
  delayed: {
    badge: 'Waiting',
    sentence: ({ pending, sentWhen }) =>
      pending === 1
        ? `1 change waits for the sync delay and is sent ${sentWhen}.`
        : `${changes(pending)} wait for the sync delay and are sent ${sentWhen}.`,
  },
  pending: {
    badge: 'Sync settings',
    sentence: ({ pending }) => `${changes(pending)} ${pending === 1 ? 'is' : 'are'} on the way to Klaviyo.`,
  },
  identifiers_wait: {
    badge: 'Sync settings',
    sentence: () => 'Phone numbers are added to the new profiles next.',
  },
  shopify_refuses: {
    badge: 'Waiting for Shopify',
    sentence: () => 'Shopify does not answer Lockstep. Nothing is lost: the sync continues once it does.',
  },
  unfilled: {
    badge: 'First sync not finished',
    sentence: ({ refilledWhen }) =>
      refilledWhen === null
        ? 'No full sync has finished yet. Press Sync customers to start one.'
        : `No full sync has finished yet. The next one starts automatically ${refilledWhen}.`,
  },
  at_limit: {
    badge: 'Waiting',
    sentence: ({ atLimit }) =>
      `${amountOf(atLimit, 'customer')} ${atLimit === 1 ? 'waits' : 'wait'} for the next full sync, because of your limit on new profiles. Everything else is up to date.`,
  },
  never_synced: { badge: 'Connected', sentence: () => 'Klaviyo is connected. No full sync has been started yet.' },
  idle: { badge: 'Up to date', sentence: () => 'No change is waiting to be sent to Klaviyo.' },
}

function runningSentence({ runKind, runTrigger }: StatusFacts): string {
  if (runTrigger === 'identifiers')
    return 'Phone numbers are being added to new profiles. Changes your customers make meanwhile go first.'
  return runTrigger === 'settings_changed'
    ? 'All customers are compared, because the settings were changed.'
    : runningWords[runKind]
}

const runningWords: Record<SyncRunKind, string> = {
  full: 'A full sync is in progress. Changes your customers make meanwhile go first.',
  baseline: 'Customers are recorded as they are. Only changes made meanwhile are sent.',
  reconcile: 'The nightly check compares all customers with what was delivered.',
  catch_up: 'Many customers changed at once, so they are read from Shopify in bulk.',
}
