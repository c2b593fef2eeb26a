import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Checkbox, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'

/** What Shopify's allowance permits of names in a minute: 100 points a second, and two a customer. */
const NAMES_A_MINUTE = 3_000

export interface ExportActions {
  /** Null while nothing is exported. */
  readonly progress: { readonly read: number; readonly waits: boolean } | null
  readonly exportList: (how: { readonly withNames: boolean }) => void
  readonly exportChosen: (customerIds: readonly string[]) => void
  readonly cancel: () => void
}

interface ExportDialogProps {
  readonly list: string
  readonly customers: number
  readonly exporting: ExportActions
  readonly onClose: () => void
}

/** Says how many customers the file will have, and asks whether their names are wanted. */
export function ExportDialog({ list, customers, exporting, onClose }: ExportDialogProps) {
  const { t } = useTranslation()
  const [withNames, setWithNames] = useState(true)
  return (
    <Modal open onHide={onClose} id="export-customers">
      <Box padding="400">
        <BlockStack gap="300">
          <Text as="p">{t('customers.exporting.body', { customers })}</Text>
          <Checkbox
            label={t('customers.exporting.names')}
            helpText={t('customers.exporting.namesHelp', { perMinute: NAMES_A_MINUTE })}
            checked={withNames}
            onChange={setWithNames}
          />
        </BlockStack>
      </Box>
      <TitleBar title={t('customers.exporting.title', { list })}>
        <button
          type="button"
          variant="primary"
          onClick={() => {
            onClose()
            exporting.exportList({ withNames })
          }}
        >
          {t('customers.exporting.start')}
        </button>
        <button type="button" onClick={onClose}>
          {t('customers.exporting.cancel')}
        </button>
      </TitleBar>
    </Modal>
  )
}
