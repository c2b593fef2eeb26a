import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { Box, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'

interface RevokeDialogProps {
  readonly name: string
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Rendered by the admin, over the whole window. Mounted only while it is open. */
export function RevokeDialog({ name, onConfirm, onClose }: RevokeDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal open onHide={onClose} id="revoke-token">
      <Box padding="400">
        <Text as="p">{t('access.revoking.body')}</Text>
      </Box>
      <TitleBar title={t('access.revoking.title', { name })}>
        <button type="button" variant="primary" tone="critical" onClick={onConfirm}>
          {t('access.revoking.confirm')}
        </button>
        <button type="button" onClick={onClose}>
          {t('access.revoking.cancel')}
        </button>
      </TitleBar>
    </Modal>
  )
}
