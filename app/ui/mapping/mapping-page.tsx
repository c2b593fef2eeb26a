import { SaveBar } from '@shopify/app-bridge-react'
import { BlockStack } from '@shopify/polaris'
import { useState } from 'react'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import { isFaulty, mappingFaults } from '#app/core/profile/mapping-faults.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { MappingPreview, MappingView } from '#app/core/report/mapping-view.ts'
import { notChanged } from '../copy/integration.ts'
import { mappingCopy } from '../copy/mapping.ts'
import { MappingForm } from './mapping-form.tsx'
import { PreviewSection } from './preview-section.tsx'

export interface MappingActions {
  readonly save: (version: number, mapping: Mapping) => void
  readonly saving: boolean
  /** What came of the last save, once the page shows what it made of the mapping; null before. */
  readonly answer: IntegrationChange | null
  readonly preview: (who: string, mapping: Mapping) => void
  readonly previewing: boolean
  readonly previewed: MappingPreview | null
}

interface Draft {
  /** Of the page on which it was begun. */
  readonly version: number
  readonly mapping: Mapping
}

export function MappingPage({ view, actions }: { view: MappingView; actions: MappingActions }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const [previewOf, setPreviewOf] = useState<Mapping | null>(null)
  const [answer, setAnswer] = useState(actions.answer)
  // Of each answer once: with these the page has what is true now, and nothing is left to save.
  const [seen, setSeen] = useState(actions.answer)
  if (seen !== actions.answer) {
    setSeen(actions.answer)
    setAnswer(actions.answer)
    if (actions.answer?.kind === 'mapping_saved' || actions.answer?.kind === 'stale') setDraft(null)
  }

  const { version, mapping } = draft ?? view
  const faults = mappingFaults(mapping)
  const faulty = isFaulty(faults)
  const dirty = draft !== null && JSON.stringify(draft.mapping) !== JSON.stringify(view.mapping)

  function change(mapping: Mapping) {
    setAnswer(null)
    setDraft({ version, mapping })
  }

  function preview(who: string) {
    setPreviewOf(mapping)
    actions.preview(who, mapping)
  }

  return (
    <BlockStack gap="400">
      <MappingForm
        view={view}
        mapping={mapping}
        faults={faults}
        refusal={answer && notChanged(answer)}
        onRefusalRead={() => setAnswer(null)}
        disabled={actions.saving}
        onChange={change}
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
        <SaveBar open id="mapping">
          <button
            type="button"
            variant="primary"
            disabled={faulty}
            onClick={() => !faulty && !actions.saving && actions.save(version, mapping)}
            {...(actions.saving && { loading: '' })}
          >
            {mappingCopy.save}
          </button>
          <button type="button" onClick={() => setDraft(null)}>
            {mappingCopy.discard}
          </button>
        </SaveBar>
      )}
    </BlockStack>
  )
}
