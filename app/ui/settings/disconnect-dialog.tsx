import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Text } from '@shopify/polaris'
import { disconnectCopy } from '../copy/connection.ts'

interface DisconnectDialogProps {
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Rendered by the admin, over the whole window. Mounted only while it is open. */
export function DisconnectDialog({ onConfirm, onClose }: DisconnectDialogProps) {
  return (
    <Modal open onHide={onClose} id="disconnect-klaviyo">
      <Box padding="400">
        <BlockStack gap="200">
          <Text as="p">{disconnectCopy.stops}</Text>
          <Text as="p">{disconnectCopy.forgets}</Text>
          <Text as="p">{disconnectCopy.keeps}</Text>
        </BlockStack>
      </Box>
      <TitleBar title={disconnectCopy.title}>
        <button type="button" variant="primary" tone="critical" onClick={onConfirm}>
          {disconnectCopy.confirm}
        </button>
        <button type="button" onClick={onClose}>
          {disconnectCopy.cancel}
        </button>
      </TitleBar>
    </Modal>
  )
}
