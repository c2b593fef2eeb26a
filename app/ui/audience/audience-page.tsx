import type { AudienceView } from '#app/core/report/audience-view.ts'
import { type Audience, audienceFaults } from '#app/core/settings/audience.ts'
import { audienceSentence } from '../copy/audience.ts'
import { draftRefusal } from '../copy/integration.ts'
import { DraftBar } from '../settings/draft-bar.tsx'
import { type SaveActions, useDraft } from '../settings/use-draft.ts'
import { AudienceForm } from './audience-form.tsx'
import { LiveCount } from './live-count.tsx'
import { type CountActions, useLiveCount } from './use-live-count.ts'

export type AudienceActions = SaveActions<Audience> & CountActions

export function AudiencePage({ view, actions }: { view: AudienceView; actions: AudienceActions }) {
  const draft = useDraft({ version: view.version, fields: view.audience }, actions.answer)
  const { fields: audience } = draft
  const faults = audienceFaults(audience)
  const faulty = faults.length > 0
  const dirty = draft.touched && JSON.stringify(audience) !== JSON.stringify(view.audience)
  const live = useLiveCount(faulty ? null : audience, actions)

  return (
    <div className="ls-audience">
      <AudienceForm
        view={view}
        audience={audience}
        faults={faults}
        refusal={draftRefusal(draft.refused, audienceSentence(view.audience, view.countries))}
        onRefusalRead={draft.readRefusal}
        disabled={actions.saving}
        onChange={draft.change}
      />
      <div className="ls-audience-count">
        <LiveCount live={live} faulty={faulty} />
      </div>
      {dirty && (
        <DraftBar
          id="who"
          saving={actions.saving}
          onSave={faulty ? null : () => actions.save(draft.version, audience)}
          onDiscard={draft.discard}
        />
      )}
    </div>
  )
}
