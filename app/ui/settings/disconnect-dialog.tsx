import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'

interface DisconnectDialogProps {
  /** The merchant allowed the app in Klaviyo; otherwise a key is connected. */
  readonly byLogin: boolean
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Rendered by the admin, over the whole window. Mounted only while it is open. */
export function DisconnectDialog({ byLogin, onConfirm, onClose }: DisconnectDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal open onHide={onClose} id="disconnect-klaviyo">
      <Box padding="400">
        <BlockStack gap="200">
          <Text as="p">{t('disconnecting.stops')}</Text>
          <Text as="p">{t(byLogin ? 'klaviyoLogin.disconnecting' : 'disconnecting.forgets')}</Text>
          <Text as="p">{t('disconnecting.keeps')}</Text>
        </BlockStack>
      </Box>
      <TitleBar title={t('disconnecting.title')}>
        <button type="button" variant="primary" tone="critical" onClick={onConfirm}>
          {t('disconnecting.confirm')}
        </button>
        <button type="button" onClick={onClose}>
          {t('disconnecting.cancel')}
        </button>
      </TitleBar>
    </Modal>
  )
}
