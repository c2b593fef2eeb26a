import type { Choices } from '../settings/settings.ts'
import type { AlertsFacts } from './alerts-view.ts'
import type { AudienceFacts } from './audience-view.ts'
import type { DestinationFacts } from './destination-view.ts'
import type { LoyaltyFacts } from './loyalty-view.ts'
import type { MappingFacts } from './mapping-view.ts'
import type { SettingView } from './setting-view.ts'

/** What the page of a choice shows beside it. */
export interface SettingFacts {
  readonly audience: AudienceFacts
  readonly mapping: MappingFacts
  readonly destination: DestinationFacts
  readonly loyalty: LoyaltyFacts
  readonly alerts: AlertsFacts
}

/** The choices that have a page of their own, in the order in which the settings show them. */
export const settingPages = [
  'audience',
  'mapping',
  'destination',
  'loyalty',
  'alerts',
] as const satisfies readonly (keyof SettingFacts)[]
export type SettingPage = keyof SettingFacts

export type SettingPageView<Page extends SettingPage> = SettingView<Choices[Page]> & SettingFacts[Page]
