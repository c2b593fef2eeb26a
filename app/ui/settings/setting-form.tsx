import { SaveBar } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Card } from '@shopify/polaris'
import type { ReactNode } from 'react'
import type { SettingName } from '#app/core/settings/settings.ts'
import { draftCopy } from '../copy/draft.ts'
import { draftRefusal } from '../copy/integration.ts'
import type { DraftState } from './use-setting.ts'

interface SettingFormProps {
  readonly name: SettingName
  readonly draft: DraftState
  /** What is wrong with a choice that may not be saved: the end of a sentence. */
  readonly fault: string
  /** Describes the settings that are in force, in one sentence, for a merchant whose page was out of date. */
  readonly inForce?: string
  readonly children: ReactNode
}

/** The form of a choice: why the last save was refused, the fields, and the save bar while there is a draft. */
export function SettingForm({ name, draft, fault, inForce, children }: SettingFormProps) {
  const refusal = draftRefusal(draft.refused, fault, inForce)
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="500">
        {refusal && (
          <Banner tone="warning" onDismiss={draft.dismiss}>
            <p>{refusal}</p>
          </Banner>
        )}
        {children}
      </BlockStack>
      {draft.dirty && <DraftBar id={name} draft={draft} />}
    </Card>
  )
}

function DraftBar({ id, draft }: { id: string; draft: DraftState }) {
  return (
    <SaveBar open id={id}>
      <button
        type="button"
        variant="primary"
        disabled={draft.faulty}
        onClick={draft.save}
        {...(draft.disabled && { loading: '' })}
      >
        {draftCopy.save}
      </button>
      <button type="button" onClick={draft.discard}>
        {draftCopy.discard}
      </button>
    </SaveBar>
  )
}
