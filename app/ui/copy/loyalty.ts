import type { LoyaltyChange, LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { metricName } from '#app/core/profile/loyalty-event.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { amountOf } from './amounts.ts'

export const loyaltyCopy = {
  title: 'Loyalty activity',
  about:
    'Record each change of a customer’s points, tier or another loyalty value as an event in Klaviyo, to build flows and segments on.',
  open: 'Choose loyalty activity',
  fault: 'choose at least one value, and map it under Field mapping.',
  switchLabel: 'Record changes of loyalty values as events',
  scope: (scope: string) =>
    `The private API key also needs the scope ${scope}. This is checked when you turn loyalty activity on.`,
  noValues: 'No loyalty values are sent to Klaviyo. Choose them under Field mapping first.',
  mapping: 'Choose fields',
  whatHappens: 'What is recorded',
  when: 'An event is recorded when a profile is sent and one of these values differs from when it was last sent. Several changes in between become one event.',
  firstValue: 'No event is recorded for a customer’s first value, or when a value is added or removed.',
  fullSync:
    'Changes found by a full sync are recorded without starting flows. Live changes, and changes found by the nightly check, start flows.',
  direction:
    'A number’s event has the difference as change, and direction is up or down. A tier’s has a direction if both tiers are among the names given to its values under Field mapping, which are listed from the lowest tier to the highest.',
  kept: 'While this is on, Lockstep keeps the values it last sent for each customer, to compare them. Turning it off deletes them, unless times of changes are sent, and events that are not sent yet.',
  sample: 'Sample event',
  sampleOf: (metric: string, value: string | null) => `An event “${metric}”${value === null ? '' : ` of ${value}`}`,
  metric: 'Metric',
} as const

export const kindLabels: Record<Meaning, string> = {
  points: 'Points',
  tier: 'Tier',
  lifetime_points: 'Lifetime points',
  points_expiry: 'Points expiry',
  referral_link: 'Referral link',
  referral_code: 'Referral code',
  status: 'Membership status',
  store_credit: 'Store credit',
}

/** Where the value comes from, and under which metric its changes are found in Klaviyo. */
export function recordedHelp(kind: Meaning, property: string, source: string): string {
  const metric = metricName(kind)
  const named = kind === 'points' || kind === 'tier' ? metric : `${metric}, value_name ${property}`
  return `From ${source}. Metric: ${named}.`
}

export const kindFaults = {
  not_mapped: 'No value is mapped as this. Choose one under Field mapping.',
  not_sent:
    'This value is no longer sent to Klaviyo, so its changes are not recorded. Choose it again under Field mapping.',
  nothing: 'Choose at least one value.',
} as const

/** What saving will start. */
export function initialComparisonWords({ status, connected, choice }: LoyaltyView): string {
  if (choice.on) return 'Changes are recorded.'
  if (!connected) return 'Connect Klaviyo in Settings before you turn this on.'
  const what = 'all customers are compared once to read their loyalty values. No events are recorded for that.'
  return status === 'on' ? `After you turn this on, ${what}` : `Once the integration is turned on again, ${what}`
}

/** How many events are not recorded yet, or were given up; empty if there are none. */
export function eventsWords({ waiting, dropped }: Pick<LoyaltyView, 'waiting' | 'dropped'>): string[] {
  return [
    ...(waiting > 0 ? [`${amountOf(waiting, 'event')} ${waiting === 1 ? 'waits' : 'wait'} to be recorded.`] : []),
    ...(dropped > 0
      ? [
          `${amountOf(dropped, 'event')} could not be recorded, because Klaviyo refused ${dropped === 1 ? 'it' : 'them'}, had no profile for ${dropped === 1 ? 'it' : 'them'} within three days, or could not be asked for 30 days.`,
        ]
      : []),
  ]
}

/** `refused`: the key lacks permission to record events. */
export function loyaltySummary({ on }: Pick<LoyaltyChoice, 'on'>, refused: boolean): string {
  if (!on) return 'Off'
  return refused ? 'On, but the API key lacks a scope' : 'On'
}

export const loyaltyRefusedCopy = {
  title: 'Klaviyo does not let this API key record loyalty activity',
  body: (since: string) =>
    `No event has been recorded since ${since}; they are kept. Profiles are still kept in sync. Create a key with the scope events:write in Klaviyo and replace it in Settings.`,
  action: 'Replace the key in Settings',
} as const

/** The values of the sample events. */
export const sampleChanges: Record<Meaning, Omit<LoyaltyChange, 'kind'>> = {
  points: { oldValue: 250, newValue: 300 },
  tier: { oldValue: 'Silver', newValue: 'Gold' },
  lifetime_points: { oldValue: 1_250, newValue: 1_300 },
  points_expiry: { oldValue: '2026-12-31', newValue: '2027-03-31' },
  referral_link: { oldValue: 'https://example.com/r/ada', newValue: 'https://example.com/r/ada-2' },
  referral_code: { oldValue: 'ADA10', newValue: 'ADA15' },
  status: { oldValue: 'candidate', newValue: 'member' },
  store_credit: { oldValue: 10, newValue: 7.5 },
}
