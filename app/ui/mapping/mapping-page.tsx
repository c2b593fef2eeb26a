import { BlockStack } from '@shopify/polaris'
import { useState } from 'react'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import type { MappingPreview, MappingView } from '#app/core/report/mapping-view.ts'
import { mappingSetting } from '#app/core/settings/mapping.ts'
import { asItIs, type SaveActions, useSetting } from '../settings/use-setting.ts'
import { MappingForm } from './mapping-form.tsx'
import { PreviewSection } from './preview-section.tsx'

export interface MappingActions extends SaveActions<Mapping> {
  readonly preview: (query: string, mapping: Mapping) => void
  readonly previewing: boolean
  readonly previewed: MappingPreview | null
}

const editing = asItIs(mappingSetting.isValid)

export function MappingPage({ view, actions }: { view: MappingView; actions: MappingActions }) {
  const [previewOf, setPreviewOf] = useState<Mapping | null>(null)
  const draft = useSetting(view, actions, editing)
  const { fields: mapping, faulty } = draft

  function preview(query: string) {
    setPreviewOf(mapping)
    actions.preview(query, mapping)
  }

  return (
    <BlockStack gap="400">
      <MappingForm view={view} draft={draft} />
      <PreviewSection
        faulty={faulty}
        actions={{
          ask: preview,
          asking: actions.previewing,
          preview: previewOf === mapping && !actions.previewing ? actions.previewed : null,
        }}
      />
    </BlockStack>
  )
}
