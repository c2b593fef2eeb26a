import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { amountOf, count } from './amounts.ts'

export const fullSyncCopy = {
  button: 'Sync customers',
  heading: 'Full sync',
  explanation: 'Reads every customer from Shopify and brings each profile in step. At most once an hour.',
  started: 'Sync started',
  again: (at: string, left: string) => `Can run again at ${at} (in ${left})`,
} as const

/** Why no full sync was started; null when one was. */
export function notStarted(start: FullSyncStart, againAt: (at: Date) => string): string | null {
  switch (start.kind) {
    case 'started':
      return null
    case 'too_soon':
      return `Not started: a full sync was started less than an hour ago. The next one can start at ${againAt(start.againAt)}.`
    case 'already_running':
      return 'Not started: a sync is already under way.'
    case 'not_connected':
      return 'Not started: Klaviyo is not connected. Connect it in Settings first.'
    case 'refused':
      return 'Not started: Klaviyo does not accept the API key. Reconnect in Settings first.'
  }
}

export const runCopy = {
  phase: {
    queued: 'Waiting to start',
    reading: 'Reading customers and sending them to Klaviyo',
    delivering: 'Waiting for Klaviyo to take in the profiles',
    paused: 'Paused',
  } satisfies Record<CardRun['state'], string>,
  catchingUp: 'Catching up',
  startedAt: 'Started',
} as const

/** What the run is doing. */
export function runPhaseWords(run: CardRun): string {
  return run.kind === 'catch_up' ? `${runCopy.catchingUp} · ${runCopy.phase[run.state]}` : runCopy.phase[run.state]
}

/** How far the run is, in words. Until Shopify has counted the customers there is no total to name. */
export function runProgressWords(run: CardRun): string {
  if (run.state === 'queued') return 'The sync starts in a moment.'
  if (run.expected === null) {
    return run.read === 0 ? 'Shopify is gathering your customers.' : `${amountOf(run.read, 'customer')} read so far.`
  }
  if (run.state === 'delivering') return `All ${amountOf(run.read, 'customer')} read and sent.`
  return `${count(Math.min(run.read, run.expected))} of ${amountOf(run.expected, 'customer')} read.`
}

/** What became of the customers that were read. What was sent is in Klaviyo once Klaviyo has taken it in. */
export const runCountLabels = {
  pushed: 'Sent to Klaviyo',
  unchanged: 'Already equal',
  excluded: 'Left out',
  issues: 'Issues',
} as const

export const failedSyncCopy = {
  title: 'The last full sync stopped',
  body: (at: string) =>
    `Shopify could not hand over all customers at ${at}. What was synced before stays in Klaviyo, and live changes go on. ` +
    'Start the full sync again; if it stops again, contact support.',
}
