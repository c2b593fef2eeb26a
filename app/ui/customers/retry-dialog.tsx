import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'

/** More than this many take minutes. */
const MANY = 5_000

interface RetryDialogProps {
  readonly customers: number
  /** The limit on new profiles; null for none. */
  readonly mostNew: number | null
  readonly onRetry: () => void
  readonly onClose: () => void
}

/** Says how many customers are read and sent again, before they are. */
export function RetryDialog({ customers, mostNew, onRetry, onClose }: RetryDialogProps) {
  const { t } = useTranslation()
  return (
    <Modal open onHide={onClose} id="retry-customers">
      <Box padding="400">
        <BlockStack gap="200">
          <Text as="p">{t('customers.retry.body')}</Text>
          <Text as="p">{t('customers.retry.fix')}</Text>
          {mostNew !== null && <Text as="p">{t('customers.retry.limit', { mostNew })}</Text>}
          {customers > MANY && <Text as="p">{t('customers.retry.long')}</Text>}
        </BlockStack>
      </Box>
      <TitleBar title={t('customers.retry.title', { customers })}>
        <button
          type="button"
          variant="primary"
          onClick={() => {
            onClose()
            onRetry()
          }}
        >
          {t('customers.retry.confirm')}
        </button>
        <button type="button" onClick={onClose}>
          {t('customers.retry.cancel')}
        </button>
      </TitleBar>
    </Modal>
  )
}
