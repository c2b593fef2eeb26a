import type { TFunction } from 'i18next'
import { isSameSharing } from '#app/core/profile/sharing.ts'
import type { DestinationView } from '#app/core/report/destination-view.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import { type Destination, destinationSetting } from '#app/core/settings/destination.ts'

/** The choice in a sentence. */
export function destinationSummary(t: TFunction, { list, existing, mostNew, sharing }: Destination): string {
  if (!list && existing === 'update' && mostNew === null && sharing.kind === 'plain')
    return t('destination.nothingChosen')
  return t('destination.summary', {
    existing,
    listed: list ? 'yes' : 'no',
    list: list?.name ?? '',
    mostNew: mostNew ?? 0,
    prefixed: sharing.kind === 'plain' ? 'no' : 'yes',
    prefix: sharing.kind === 'plain' ? '' : sharing.prefix,
  })
}

/** What saving will start. */
export function savingWords(t: TFunction, view: DestinationView, next: Destination): string[] {
  const { choice: before, alreadyInKlaviyo, waitingAtLimit } = view
  const words: string[] = []
  if (before.list?.id !== next.list?.id) {
    words.push(next.list ? t('destination.saving.list', { list: next.list.name }) : t('destination.saving.noList'))
  }
  if (before.existing === 'update' && next.existing === 'leave') words.push(t('destination.saving.leave'))
  if (before.existing === 'leave' && next.existing === 'update' && alreadyInKlaviyo > 0)
    words.push(t('destination.saving.update', { customers: alreadyInKlaviyo }))
  if (before.mostNew !== null && next.mostNew === null && waitingAtLimit > 0)
    words.push(t('destination.saving.noLimit', { customers: waitingAtLimit }))
  if (next.mostNew !== null && next.mostNew !== before.mostNew)
    words.push(t('destination.saving.limit', { mostNew: next.mostNew }))
  if (!isSameSharing(before.sharing, next.sharing)) words.push(t('sharing.stays'))
  if (destinationSetting.needsComparison(before, next)) words.push(comparisonWhen(t, view))
  return words
}

function comparisonWhen(t: TFunction, { connected, status, runIsOpen }: DestinationView): string {
  if (!connected) return t('destination.comparison.notConnected')
  if (status !== 'on') return t('destination.comparison.off')
  return t(runIsOpen ? 'destination.comparison.afterRun' : 'destination.comparison.atOnce')
}

/** In English `A full sync now: about 1,240 new profiles and 20 updates; 5,020 customers are compared. About 14 minutes.` */
export function forecastWords(t: TFunction, { newProfiles, updates, compared, ms }: FullSyncForecast): string {
  const expected = newProfiles === 0 && updates === 0 ? 'none' : 'some'
  return t('destination.forecast.fullSync', { expected, newProfiles, updates, compared, ...spanOf(ms) })
}

/** Before the first sync: which customers Klaviyo already has is not known. */
export function firstForecastWords(t: TFunction, { newProfiles, compared }: FullSyncForecast): string {
  if (compared === 0) return t('destination.forecast.noCustomers')
  if (newProfiles < compared) return t('destination.forecast.firstLimited', { compared, newProfiles })
  return t('destination.forecast.first', { compared })
}

const MINUTE_MS = 60_000

/** How long a sync takes, in the largest unit in which that is worth reading. */
function spanOf(ms: number | null): {
  takes: 'unknown' | 'moment' | 'minutes' | 'hours'
  minutes: number
  hours: number
} {
  const minutes = Math.round((ms ?? 0) / MINUTE_MS)
  const hours = Math.round(minutes / 60)
  if (ms === null) return { takes: 'unknown', minutes, hours }
  if (minutes < 1) return { takes: 'moment', minutes, hours }
  return { takes: minutes < 90 ? 'minutes' : 'hours', minutes, hours }
}
