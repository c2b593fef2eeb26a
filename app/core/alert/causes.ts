/** The causes of alerts. A cause is open from when it is first seen until it has been absent for a while (decide-alerts.ts). */
export const alertCauses = [
  /** Klaviyo refuses the key. */
  'klaviyo_refused',
  /** No change, or no step of a run, has moved for longer than the merchant accepts. */
  'stalled',
  /** More than the chosen share of the customers cannot be synced. */
  'many_issues',
  /** A run ended without doing its work, and none has finished since. */
  'run_failed',
  /** A run would change so many profiles that it waits for a yes. */
  'run_held',
  /** Shopify's webhooks seem not to arrive. */
  'webhooks_silent',
] as const

export type AlertCause = (typeof alertCauses)[number]

/** Whether nothing is synced while the cause is present. */
export function stopsSync(cause: AlertCause): boolean {
  return cause === 'klaviyo_refused' || cause === 'stalled'
}
