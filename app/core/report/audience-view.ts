import type { Audience, Named } from '../settings/audience.ts'
import type { AudienceOptions } from './audience-options.ts'
import type { SettingView } from './setting-view.ts'

/** What the page shows on which merchants choose the customers to sync. */
export type AudienceView = SettingView<Audience> & AudienceFacts

export interface AudienceFacts {
  readonly options: AudienceOptions
  /** By their code. The names come from the server, because a browser's may differ. */
  readonly countries: readonly Named[]
}
