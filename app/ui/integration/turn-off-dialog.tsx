import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { runBeforeTurningOff } from '../copy/integration.ts'

interface TurnOffDialogProps {
  readonly run: CardRun | null
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Rendered by the admin, over the whole window. Mounted only while it is open. */
export function TurnOffDialog({ run, onConfirm, onClose }: TurnOffDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal open onHide={onClose} id="turn-off">
      <TurnOffWords run={run} />
      <TitleBar title={t('turnOff.title')}>
        <button type="button" variant="primary" onClick={onConfirm}>
          {t('turnOff.confirm')}
        </button>
        <button type="button" onClick={onClose}>
          {t('turnOff.cancel')}
        </button>
      </TitleBar>
    </Modal>
  )
}

/** What turning off will do. */
export function TurnOffWords({ run }: { run: CardRun | null }) {
  const { t } = useTranslation()
  return (
    <Box padding="400">
      <BlockStack gap="200">
        <Text as="p">{runBeforeTurningOff(t, run)}</Text>
        <Text as="p">{t('turnOff.keeps')}</Text>
        <Text as="p">{t('turnOff.klaviyo')}</Text>
        <Text as="p" tone="subdued">
          {t('turnOff.beforeDeleting')}
        </Text>
      </BlockStack>
    </Box>
  )
}
