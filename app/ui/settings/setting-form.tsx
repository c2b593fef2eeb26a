import { SaveBar } from '@shopify/app-bridge-react'
import { Banner, BlockStack, Card } from '@shopify/polaris'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { SettingName } from '#app/core/settings/settings.ts'
import { draftRefusal } from '../copy/integration.ts'
import { TryOut } from './try-out.tsx'
import type { DraftState } from './use-setting.ts'

interface SettingFormProps {
  readonly name: SettingName
  readonly draft: DraftState
  /** What is wrong with a choice that may not be saved: the end of a sentence. */
  readonly fault: string
  /** Describes the settings that are in force, in one sentence, for a merchant whose page was out of date. */
  readonly inForce?: string
  /** What is shown above the form, and can save the choice too. */
  readonly above?: ReactNode
  /** The fields stand in several cards (SettingCard), each with a choice of its own, and not in one. */
  readonly inCards?: boolean
  readonly children: ReactNode
}

/** The form of a choice: why the last save was refused, the fields, and the save bar while there is a draft. */
export function SettingForm({ name, draft, fault, inForce, above, inCards = false, children }: SettingFormProps) {
  const { t } = useTranslation()
  const words = draftRefusal(t, draft.refused, fault, inForce)
  const refusal = words && <Refusal words={words} onDismiss={draft.dismiss} />
  return (
    <BlockStack gap="400">
      {refusal}
      {above}
      {inCards ? children : <SettingCard>{children}</SettingCard>}
      {draft.dirty && draft.trying && <TryOut draft={draft} trying={draft.trying} />}
      {draft.dirty && <DraftBar id={name} draft={draft} />}
    </BlockStack>
  )
}

/** A choice of a form, or all of them. */
export function SettingCard({ children }: { children: ReactNode }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="500">{children}</BlockStack>
    </Card>
  )
}

/** What was pressed may be far from it. */
function Refusal({ words, onDismiss }: { words: string; onDismiss: () => void }) {
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  return (
    <div ref={place}>
      <Banner tone="warning" onDismiss={onDismiss}>
        <p>{words}</p>
      </Banner>
    </div>
  )
}

function DraftBar({ id, draft }: { id: string; draft: DraftState }) {
  const { t } = useTranslation()
  return (
    <SaveBar open id={id}>
      <button
        type="button"
        variant="primary"
        disabled={draft.faulty}
        onClick={draft.save}
        {...(draft.disabled && { loading: '' })}
      >
        {t('draft.save')}
      </button>
      <button type="button" onClick={draft.discard}>
        {t('draft.discard')}
      </button>
    </SaveBar>
  )
}
