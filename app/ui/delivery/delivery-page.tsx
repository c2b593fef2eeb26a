import { SaveBar } from '@shopify/app-bridge-react'
import { useState } from 'react'
import type { DeliveryChoice } from '#app/core/flow/delivery-choice.ts'
import type { DeliveryView } from '#app/core/report/delivery-view.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { deliveryCopy } from '../copy/delivery.ts'
import { notChanged } from '../copy/integration.ts'
import { chosenDelivery, type DeliveryDraft, deliveryDraftOf, isSameDelivery } from './delivery-draft.ts'
import { DeliveryForm } from './delivery-form.tsx'

export interface DeliveryActions {
  readonly save: (version: number, delivery: DeliveryChoice) => void
  readonly saving: boolean
  /** What came of the last save, once the page shows what it made of the choice; null before. */
  readonly answer: IntegrationChange | null
}

interface Draft {
  /** Of the page on which it was begun. */
  readonly version: number
  readonly fields: DeliveryDraft
}

export function DeliveryPage({ view, actions }: { view: DeliveryView; actions: DeliveryActions }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const [answer, setAnswer] = useState(actions.answer)
  // Of each answer once: with these the page has what is true now, and nothing is left to save.
  const [seen, setSeen] = useState(actions.answer)
  if (seen !== actions.answer) {
    setSeen(actions.answer)
    setAnswer(actions.answer)
    if (actions.answer?.kind === 'delivery_saved' || actions.answer?.kind === 'stale') setDraft(null)
  }

  const version = draft?.version ?? view.version
  const fields = draft?.fields ?? deliveryDraftOf(view.delivery)
  const chosen = chosenDelivery(fields)
  const dirty = draft !== null && (chosen === null || !isSameDelivery(chosen, view.delivery))

  function change(fields: DeliveryDraft) {
    setAnswer(null)
    setDraft({ version, fields })
  }

  return (
    <>
      <DeliveryForm
        view={view}
        fields={fields}
        chosen={chosen}
        refusal={answer && notChanged(answer)}
        onRefusalRead={() => setAnswer(null)}
        disabled={actions.saving}
        onChange={change}
      />
      {dirty && (
        <SaveBar open id="delivery">
          <button
            type="button"
            variant="primary"
            disabled={chosen === null}
            onClick={() => chosen && !actions.saving && actions.save(version, chosen)}
            {...(actions.saving && { loading: '' })}
          >
            {deliveryCopy.save}
          </button>
          <button type="button" onClick={() => setDraft(null)}>
            {deliveryCopy.discard}
          </button>
        </SaveBar>
      )}
    </>
  )
}
