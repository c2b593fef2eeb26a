import { SaveBar } from '@shopify/app-bridge-react'
import { useState } from 'react'
import { type Rules, ruleFaults } from '#app/core/profile/rules.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { RulesView } from '#app/core/report/rules-view.ts'
import { notChanged } from '../copy/integration.ts'
import { rulesCopy, rulesSentence } from '../copy/rules.ts'
import { LiveCount } from './live-count.tsx'
import { RulesForm } from './rules-form.tsx'
import { type CountActions, useLiveCount } from './use-live-count.ts'

export interface RulesActions extends CountActions {
  readonly save: (version: number, rules: Rules) => void
  readonly saving: boolean
  /** What came of the last save, once the page shows what it made of the rules; null before. */
  readonly answer: IntegrationChange | null
}

interface Draft {
  /** Of the page on which it was begun. */
  readonly version: number
  readonly rules: Rules
}

export function WhoPage({ view, actions }: { view: RulesView; actions: RulesActions }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const [answer, setAnswer] = useState(actions.answer)
  // Of each answer once. What was chosen on a page that was too old stays, to be looked at beside what is true now and saved after all.
  const [seen, setSeen] = useState(actions.answer)
  if (seen !== actions.answer) {
    setSeen(actions.answer)
    setAnswer(actions.answer)
    if (actions.answer?.kind === 'rules_saved') setDraft(null)
    if (actions.answer?.kind === 'stale' && draft) setDraft({ ...draft, version: view.version })
  }

  const { version, rules } = draft ?? view
  const faults = ruleFaults(rules)
  const faulty = faults.length > 0
  const dirty = draft !== null && JSON.stringify(draft.rules) !== JSON.stringify(view.rules)
  const live = useLiveCount(faulty ? null : rules, actions)

  function change(rules: Rules) {
    setAnswer(null)
    setDraft({ version, rules })
  }

  return (
    <div className="ls-who">
      <RulesForm
        view={view}
        rules={rules}
        faults={faults}
        refusal={answer && refusalWords(answer, view)}
        onRefusalRead={() => setAnswer(null)}
        disabled={actions.saving}
        onChange={change}
      />
      <div className="ls-who-count">
        <LiveCount live={live} faulty={faulty} />
      </div>
      {dirty && (
        <SaveBar open id="who">
          <button
            type="button"
            variant="primary"
            disabled={faulty}
            onClick={() => !faulty && !actions.saving && actions.save(version, rules)}
            {...(actions.saving && { loading: '' })}
          >
            {rulesCopy.save}
          </button>
          <button type="button" onClick={() => setDraft(null)}>
            {rulesCopy.discard}
          </button>
        </SaveBar>
      )}
    </div>
  )
}

function refusalWords(answer: IntegrationChange, { rules, countries }: RulesView): string | null {
  return answer.kind === 'stale' ? rulesCopy.stale(rulesSentence(rules, countries)) : notChanged(answer)
}
