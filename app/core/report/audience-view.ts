import type { Audience } from '../settings/audience.ts'
import type { AudienceOptions } from './audience-options.ts'
import type { SettingView } from './setting-view.ts'

/** What the page shows on which merchants choose the customers to sync. */
export type AudienceView = SettingView<Audience> & AudienceFacts

export interface AudienceFacts {
  readonly options: AudienceOptions
}
