import type { DestinationView } from '#app/core/report/destination-view.ts'
import type { Destination } from '#app/core/settings/destination.ts'
import { draftRefusal } from '../copy/integration.ts'
import { DraftBar } from '../settings/draft-bar.tsx'
import { type SaveActions, useDraft } from '../settings/use-draft.ts'
import { chosenDestination, destinationDraftOf, isSameDestination } from './destination-draft.ts'
import { DestinationForm } from './destination-form.tsx'

export type DestinationActions = SaveActions<Destination>

export function DestinationPage({ view, actions }: { view: DestinationView; actions: DestinationActions }) {
  const draft = useDraft({ version: view.version, fields: destinationDraftOf(view.destination) }, actions.answer)
  const { fields } = draft
  const chosen = chosenDestination(fields)
  const dirty = draft.touched && (chosen === null || !isSameDestination(chosen, view.destination))

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
          id="destination"
          saving={actions.saving}
          onSave={chosen && (() => actions.save(draft.version, chosen))}
          onDiscard={draft.discard}
        />
      )}
    </>
  )
}
