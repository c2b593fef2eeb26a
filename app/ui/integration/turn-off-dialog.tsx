import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Text } from '@shopify/polaris'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { runBeforeTurningOff, turnOffCopy } from '../copy/integration.ts'

interface TurnOffDialogProps {
  readonly run: CardRun | null
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Rendered by the admin, over the whole window. Mounted only while it is open. */
export function TurnOffDialog({ run, onConfirm, onClose }: TurnOffDialogProps) {
  return (
    <Modal open onHide={onClose} id="turn-off">
      <TurnOffWords run={run} />
      <TitleBar title={turnOffCopy.title}>
        <button type="button" variant="primary" onClick={onConfirm}>
          {turnOffCopy.confirm}
        </button>
        <button type="button" onClick={onClose}>
          {turnOffCopy.cancel}
        </button>
      </TitleBar>
    </Modal>
  )
}

/** What turning off will do. */
export function TurnOffWords({ run }: { run: CardRun | null }) {
  return (
    <Box padding="400">
      <BlockStack gap="200">
        <Text as="p">{runBeforeTurningOff(run)}</Text>
        <Text as="p">{turnOffCopy.keeps}</Text>
        <Text as="p">{turnOffCopy.klaviyo}</Text>
      </BlockStack>
    </Box>
  )
}
