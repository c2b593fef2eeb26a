import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'

export const fullSyncCopy = {
  button: 'Sync customers',
  heading: 'Full sync',
  explanation: 'Reads every customer from Shopify and updates each profile in Klaviyo. At most once an hour.',
  started: 'Sync started',
  again: (at: string, left: string) => `Can run again at ${at} (in ${left})`,
} as const

/** Why no full sync was started; null when one was. */
export function notStarted(start: FullSyncStart, againAt: (at: Date) => string): string | null {
  switch (start.kind) {
    case 'started':
      return null
    case 'too_soon':
      return `Not started: the last full sync started less than an hour ago. The next one can start at ${againAt(start.againAt)}.`
    case 'already_running':
      return 'Not started: a sync is already in progress.'
    case 'not_connected':
      return 'Not started: Klaviyo is not connected. Connect it in Settings first.'
    case 'off':
      return 'Not started: the integration is turned off.'
    case 'refused':
      return 'Not started: Klaviyo does not accept the API key. Reconnect in Settings first.'
  }
}

export const failedSyncCopy = {
  title: 'The last full sync stopped',
  body: (at: string) =>
    `Shopify could not provide all customers at ${at}. What was synced before stays in Klaviyo, and live changes continue. ` +
    'Start the full sync again. If it stops again, contact support.',
}
