import type { TFunction } from 'i18next'
import type { EndedReadBack, ReadBackStart, ReadBackStop } from '#app/core/report/read-back-report.ts'

/** How many of the profiles that were compared Klaviyo has as they were sent; of one that compared nothing, how it ended. */
export function readBackOutcome(t: TFunction, { asSent, compared, end }: EndedReadBack): string {
  if (compared > 0) return t('readBack.result', { asSent, compared })
  return end === 'finished' ? t('readBack.nothing') : t(`readBack.ends.${end}`)
}

/** What came of starting or stopping to read profiles back. */
export function readBackToast(t: TFunction, { kind }: ReadBackStart | ReadBackStop): string {
  if (kind === 'started') return t('readBack.started')
  return kind === 'open' || kind === 'nothing'
    ? t('readBack.notStarted', { why: kind })
    : t('readBack.stopped', { kind })
}
