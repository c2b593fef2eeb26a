import type { DestinationView } from '#app/core/report/destination-view.ts'
import type { Destination } from '#app/core/settings/destination.ts'
import { type SaveActions, useSetting } from '../settings/use-setting.ts'
import { chosenDestination, destinationDraftOf } from './destination-draft.ts'
import { DestinationForm } from './destination-form.tsx'

const editing = { fieldsOf: destinationDraftOf, choiceOf: chosenDestination }

export function DestinationPage({ view, actions }: { view: DestinationView; actions: SaveActions<Destination> }) {
  return <DestinationForm view={view} draft={useSetting(view, actions, editing)} />
}
