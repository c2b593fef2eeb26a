import type { TFunction } from 'i18next'
import type { LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import { metricName } from '#app/core/profile/loyalty-event.ts'
import type { Meaning } from '#app/core/profile/mapped-values.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'

/** Where the value comes from, and under which metric its changes are found in Klaviyo. */
export function recordedHelp(t: TFunction, kind: Meaning, property: string, source: string): string {
  const metric = metricName(kind)
  if (kind === 'points' || kind === 'tier') return t('loyalty.recorded', { source, metric })
  return t('loyalty.recordedByName', { source, metric, property })
}

/** What saving will start. */
export function initialComparisonWords(t: TFunction, { status, connected, choice }: LoyaltyView): string {
  if (choice.on) return t('loyalty.comparison.recording')
  if (!connected) return t('loyalty.comparison.notConnected')
  return t(status === 'on' ? 'loyalty.comparison.on' : 'loyalty.comparison.off')
}

/** How many events are not recorded yet, or were given up; empty if there are none. */
export function eventsWords(t: TFunction, { waiting, dropped }: Pick<LoyaltyView, 'waiting' | 'dropped'>): string[] {
  return [
    ...(waiting > 0 ? [t('loyalty.waiting', { events: waiting })] : []),
    ...(dropped > 0 ? [t('loyalty.dropped', { events: dropped })] : []),
  ]
}

/** `refused`: the key lacks permission to record events. */
export function loyaltySummary(t: TFunction, { on }: Pick<LoyaltyChoice, 'on'>, refused: boolean): string {
  if (!on) return t('loyalty.summary.off')
  return t(refused ? 'loyalty.summary.refused' : 'loyalty.summary.on')
}
