import type { AudienceView } from '#app/core/report/audience-view.ts'
import { type Audience, audienceSetting } from '#app/core/settings/audience.ts'
import { asItIs, type SaveActions, useSetting } from '../settings/use-setting.ts'
import { AudienceForm } from './audience-form.tsx'
import { LiveCount } from './live-count.tsx'
import { type CountActions, useLiveCount } from './use-live-count.ts'

export type AudienceActions = SaveActions<Audience> & CountActions

const editing = asItIs(audienceSetting.isValid)

export function AudiencePage({ view, actions }: { view: AudienceView; actions: AudienceActions }) {
  const draft = useSetting(view, actions, editing)
  const live = useLiveCount(draft.chosen, actions)

  return (
    <div className="ls-audience">
      <AudienceForm view={view} draft={draft} />
      <div className="ls-audience-count">
        <LiveCount live={live} faulty={draft.faulty} />
      </div>
    </div>
  )
}
