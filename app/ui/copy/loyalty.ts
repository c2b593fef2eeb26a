import type { LoyaltyKind } from '#app/core/profile/loyalty.ts'
import { metricNames } from '#app/core/profile/loyalty-event.ts'
import type { LoyaltySummary, LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { amountOf } from './amounts.ts'

export const loyaltyCopy = {
  title: 'Loyalty activity',
  about: 'Record each change of a customer’s points or tier as an event in Klaviyo, to build flows and segments on.',
  open: 'Choose loyalty activity',
  switchLabel: 'Record changes of points and tier as events',
  scope: (scope: string) =>
    `The private API key needs the scope ${scope} for it, besides those it has. Switching on checks that.`,
  none: 'None',
  noMetafields: 'No metafield is sent to Klaviyo. Choose one under What is sent first.',
  mapping: 'Choose what is sent',
  whatHappens: 'What is recorded',
  when: 'An event is recorded when a profile is sent and its points or tier are not what they were when it was last sent. Several changes in between are one event.',
  firstValue: 'The first value of a customer is no event, nor is one that is added or removed.',
  fullSync:
    'What a full sync finds changed is recorded without starting flows. Live changes, and what the nightly check finds, start flows.',
  kept: 'While this is on, Lockstep keeps the points and the tier it last sent of each customer, to compare them. Switching it off deletes them, and the events not sent yet.',
  sample: 'What an event looks like',
  sampleOf: (metric: string) => `An event “${metric}”`,
  metric: 'Metric',
} as const

export const kindLabels: Record<LoyaltyKind, string> = { points: 'Points', tier: 'Tier' }

export const kindFaults = {
  not_sent:
    'This metafield is no longer sent to Klaviyo, so its changes are not recorded. Choose another one, or send it again under What is sent.',
  nothing: 'Choose a metafield for the points, for the tier, or for both.',
  twice: 'Choose two different metafields.',
} as const

/** What saving starts, said beforehand. */
export function learningWords({ status, connected, choice }: LoyaltyView): string {
  if (choice.on) return 'Changes are recorded.'
  if (!connected) return 'Connect Klaviyo in Settings before you switch this on.'
  const what = 'all customers are compared once, to learn their points and tiers. Nothing is recorded for that.'
  return status === 'on' ? `After switching on, ${what}` : `Once the integration is turned on again, ${what}`
}

/** How far Klaviyo has them; null when there is nothing to say. */
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

export function summaryWords({ on, refused }: LoyaltySummary): string {
  if (!on) return 'Off'
  return refused ? 'On, but the API key lacks a scope' : 'On'
}

export const loyaltyRefusedCopy = {
  title: 'Klaviyo does not let this API key record loyalty activity',
  body: (since: string) =>
    `No event has been recorded since ${since}; they are kept. Profiles are still kept in sync. Create a key with the scope events:write in Klaviyo and replace it in Settings.`,
  action: 'Replace the key in Settings',
} as const

/** What a sample shows. */
export const sampleChanges = {
  points: { kind: 'points', oldValue: 250, newValue: 300 },
  tier: { kind: 'tier', oldValue: 'Silver', newValue: 'Gold' },
} as const

export const sampleMetric = (kind: LoyaltyKind): string => metricNames[kind]
