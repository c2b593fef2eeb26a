import { sentCounts } from '#app/core/profile/mapped-fields.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { SettingPage } from '#app/core/report/setting-pages.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { alertsSummary } from './alerts-summary.ts'
import { audienceSentence } from './audience.ts'
import { destinationSummary } from './destination.ts'
import { loyaltySummary } from './loyalty.ts'
import { mappingSummary } from './mapping.ts'

/** The choice of a page of its own that is in force, in a few words. */
export function settingSummary(
  words: Pick<ShopNow, 't' | 'language'>,
  page: SettingPage,
  { choices, toldBy, eventsRefused }: Pick<ConnectionView, 'choices' | 'toldBy' | 'eventsRefused'>,
): string {
  switch (page) {
    case 'audience':
      return audienceSentence(words, choices.audience)
    case 'mapping':
      return mappingSummary(words.t, sentCounts(choices.mapping))
    case 'destination':
      return destinationSummary(words.t, choices.destination)
    case 'loyalty':
      return loyaltySummary(words.t, choices.loyalty, eventsRefused)
    case 'alerts':
      return alertsSummary(words, toldBy)
  }
}
