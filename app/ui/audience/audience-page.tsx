import { type Rules, ruleFaults } from '#app/core/profile/rules.ts'
import type { RulesView } from '#app/core/report/rules-view.ts'
import { draftRefusal } from '../copy/integration.ts'
import { rulesSentence } from '../copy/rules.ts'
import { DraftBar } from '../settings/draft-bar.tsx'
import { type SaveActions, useDraft } from '../settings/use-draft.ts'
import { LiveCount } from './live-count.tsx'
import { RulesForm } from './rules-form.tsx'
import { type CountActions, useLiveCount } from './use-live-count.ts'

export type RulesActions = SaveActions<Rules> & CountActions

export function AudiencePage({ view, actions }: { view: RulesView; actions: RulesActions }) {
  const draft = useDraft({ version: view.version, fields: view.rules }, actions.answer)
  const { fields: rules } = draft
  const faults = ruleFaults(rules)
  const faulty = faults.length > 0
  const dirty = draft.touched && JSON.stringify(rules) !== JSON.stringify(view.rules)
  const live = useLiveCount(faulty ? null : rules, actions)

  return (
    <div className="ls-audience">
      <RulesForm
        view={view}
        rules={rules}
        faults={faults}
        refusal={draftRefusal(draft.refused, rulesSentence(view.rules, view.countries))}
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
          onSave={faulty ? null : () => actions.save(draft.version, rules)}
          onDiscard={draft.discard}
        />
      )}
    </div>
  )
}
