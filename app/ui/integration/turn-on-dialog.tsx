import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { notChanged } from '../copy/integration.ts'
import { type TurnOnAsked, turnOnAsked, turnOnDraftOf, turnOnFaults } from './turn-on-draft.ts'
import { TurnOnFields } from './turn-on-fields.tsx'

interface TurnOnDialogProps {
  readonly card: SyncCard
  /** What a full sync would do now; null when it is not known. */
  readonly forecast: FullSyncForecast | null
  readonly onConfirm: (asked: TurnOnAsked) => void
  readonly onClose: () => void
  readonly busy: boolean
  /** The result of the last submission; null before the first. */
  readonly answer: IntegrationChange | null
}

/** Rendered by the admin, over the whole window. Mounted only while it is open; it stays open until the answer arrives. */
export function TurnOnDialog({ card, forecast, onConfirm, onClose, busy, answer }: TurnOnDialogProps) {
  const { t } = useTranslation()
  const [draft, setDraft] = useState(() => turnOnDraftOf(card))
  const [pressed, setPressed] = useState(false)
  const faults = turnOnFaults(draft)
  const asked = turnOnAsked(card, draft)

  function confirm() {
    setPressed(true)
    if (asked && !busy) onConfirm(asked)
  }

  return (
    <Modal open onHide={onClose} id="turn-on">
      <TurnOnFields
        card={card}
        forecast={forecast}
        draft={draft}
        onChange={setDraft}
        faults={{ delay: pressed && faults.delay, resetWord: pressed && faults.resetWord }}
        refusal={answer && notChanged(t, answer)}
      />
      <TitleBar title={t('turnOn.title')}>
        <button type="button" variant="primary" onClick={confirm} {...(busy && { loading: '' })}>
          {t('turnOn.confirm')}
        </button>
        <button type="button" onClick={onClose}>
          {t('turnOn.cancel')}
        </button>
      </TitleBar>
    </Modal>
  )
}
