import type { DeliveryChoice } from '#app/core/flow/delivery-choice.ts'
import type { DeliveryView } from '#app/core/report/delivery-view.ts'
import { draftRefusal } from '../copy/integration.ts'
import { DraftBar } from '../settings/draft-bar.tsx'
import { type SaveActions, useDraft } from '../settings/use-draft.ts'
import { chosenDelivery, deliveryDraftOf, isSameDelivery } from './destination-draft.ts'
import { DestinationForm } from './destination-form.tsx'

export type DeliveryActions = SaveActions<DeliveryChoice>

export function DestinationPage({ view, actions }: { view: DeliveryView; actions: DeliveryActions }) {
  const draft = useDraft({ version: view.version, fields: deliveryDraftOf(view.delivery) }, actions.answer)
  const { fields } = draft
  const chosen = chosenDelivery(fields)
  const dirty = draft.touched && (chosen === null || !isSameDelivery(chosen, view.delivery))

  return (
    <>
      <DestinationForm
        view={view}
        fields={fields}
        chosen={chosen}
        refusal={draftRefusal(draft.refused)}
        onRefusalRead={draft.readRefusal}
        disabled={actions.saving}
        onChange={draft.change}
      />
      {dirty && (
        <DraftBar
          id="delivery"
          saving={actions.saving}
          onSave={chosen && (() => actions.save(draft.version, chosen))}
          onDiscard={draft.discard}
        />
      )}
    </>
  )
}
