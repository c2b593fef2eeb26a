import { sentCounts } from '#app/core/profile/mapped-fields.ts'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { SettingPage } from '#app/core/report/setting-pages.ts'
import { audienceCopy, audienceSentence } from './audience.ts'
import { destinationCopy, destinationSummary } from './destination.ts'
import { loyaltyCopy, loyaltySummary } from './loyalty.ts'
import { mappingCopy, mappingSummary } from './mapping.ts'

/** What the settings say of a choice that has a page of its own. */
interface SettingCopy {
  readonly title: string
  readonly about: string
  /** The button that leads to the page. */
  readonly open: string
  /** The choice that is in force, in a few words. */
  readonly summary: (view: Pick<ConnectionView, 'choices' | 'countries' | 'eventsRefused'>) => string
}

export const settingCopy: Readonly<Record<SettingPage, SettingCopy>> = {
  audience: {
    ...audienceCopy,
    summary: ({ choices, countries }) => audienceSentence(choices.audience, countries),
  },
  mapping: { ...mappingCopy, summary: ({ choices }) => mappingSummary(sentCounts(choices.mapping)) },
  destination: { ...destinationCopy, summary: ({ choices }) => destinationSummary(choices.destination) },
  loyalty: { ...loyaltyCopy, summary: ({ choices, eventsRefused }) => loyaltySummary(choices.loyalty, eventsRefused) },
}
