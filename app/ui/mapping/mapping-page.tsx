import { BlockStack } from '@shopify/polaris'
import { useState } from 'react'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import { isFaulty, mappingFaults } from '#app/core/profile/mapping-faults.ts'
import type { MappingPreview, MappingView } from '#app/core/report/mapping-view.ts'
import { draftRefusal } from '../copy/integration.ts'
import { DraftBar } from '../settings/draft-bar.tsx'
import { type SaveActions, useDraft } from '../settings/use-draft.ts'
import { MappingForm } from './mapping-form.tsx'
import { PreviewSection } from './preview-section.tsx'

export interface MappingActions extends SaveActions<Mapping> {
  readonly preview: (query: string, mapping: Mapping) => void
  readonly previewing: boolean
  readonly previewed: MappingPreview | null
}

export function MappingPage({ view, actions }: { view: MappingView; actions: MappingActions }) {
  const [previewOf, setPreviewOf] = useState<Mapping | null>(null)
  const draft = useDraft({ version: view.version, fields: view.mapping }, actions.answer)
  const { fields: mapping } = draft
  const faults = mappingFaults(mapping)
  const faulty = isFaulty(faults)
  const dirty = draft.touched && JSON.stringify(mapping) !== JSON.stringify(view.mapping)

  function preview(query: string) {
    setPreviewOf(mapping)
    actions.preview(query, mapping)
  }

  return (
    <BlockStack gap="400">
      <MappingForm
        view={view}
        mapping={mapping}
        faults={faults}
        refusal={draftRefusal(draft.refused)}
        onRefusalRead={draft.readRefusal}
        disabled={actions.saving}
        onChange={draft.change}
      />
      <PreviewSection
        faulty={faulty}
        actions={{
          ask: preview,
          asking: actions.previewing,
          preview: previewOf === mapping && !actions.previewing ? actions.previewed : null,
        }}
      />
      {dirty && (
        <DraftBar
          id="mapping"
          saving={actions.saving}
          onSave={faulty ? null : () => actions.save(draft.version, mapping)}
          onDiscard={draft.discard}
        />
      )}
    </BlockStack>
  )
}
