import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { cancelRest, isHeld, runNameOf } from '../copy/runs.ts'

interface CancelDialogProps {
  readonly run: CardRun
  readonly nightly: boolean
  readonly onConfirm: () => void
  readonly onKeep: () => void
}

/** Asks before a run is cancelled. Loaded once the page stands: the first page's script is the shorter. */
export function CancelDialog({ run, nightly, onConfirm, onKeep }: CancelDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal open onHide={onKeep} id="cancel-run">
      <CancelWords run={run} nightly={nightly} />
      <TitleBar title={t(`runs.cancel.title.${runNameOf(run)}`)}>
        <button type="button" variant="primary" tone="critical" onClick={onConfirm}>
          {t('runs.cancel.confirm')}
        </button>
        <button type="button" onClick={onKeep}>
          {t('runs.cancel.keep')}
        </button>
      </TitleBar>
    </Modal>
  )
}

/** What cancelling will do. If the nightly check itself is cancelled, the next one compares the rest. */
export function CancelWords({ run, nightly }: { run: CardRun; nightly: boolean }) {
  const { t } = useTranslation()
  if (isHeld(run))
    return (
      <Box padding="400">
        <Text as="p">{t('heldRun.cancel')}</Text>
      </Box>
    )
  return (
    <Box padding="400">
      <BlockStack gap="200">
        <Text as="p">{t('runs.cancel.stays', { run: run.kind })}</Text>
        <Text as="p">{cancelRest(t, run)}</Text>
        {nightly && run.trigger !== 'nightly' && <Text as="p">{t('runs.cancel.nightly')}</Text>}
      </BlockStack>
    </Box>
  )
}
