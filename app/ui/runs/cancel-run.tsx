import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Button, Text } from '@shopify/polaris'
import { useState } from 'react'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { cancelCopy, notCancelled } from '../copy/runs.ts'

export interface RunCancelling {
  readonly cancel: (run: string) => void
  readonly cancelling: boolean
  /** The result of the last request to cancel; null before the first. */
  readonly answer: RunCancel | null
}

interface CancelRunProps {
  readonly run: CardRun
  readonly nightly: boolean
  readonly cancelling: RunCancelling
}

/** The button and its dialog. A catch-up has none: it carries changes, which must not be skipped. */
export function CancelRun({ run, nightly, cancelling }: CancelRunProps) {
  const [asking, setAsking] = useState(false)
  if (run.kind === 'catch_up') return <NotCancelled answer={cancelling.answer} />
  return (
    <div>
      <Button
        accessibilityLabel={cancelCopy.buttonLabel(run)}
        loading={cancelling.cancelling}
        onClick={() => setAsking(true)}
      >
        {cancelCopy.button}
      </Button>
      {asking && (
        <Modal open onHide={() => setAsking(false)} id="cancel-run">
          <CancelWords run={run} nightly={nightly} />
          <TitleBar title={cancelCopy.title(run)}>
            <button
              type="button"
              variant="primary"
              tone="critical"
              onClick={() => {
                setAsking(false)
                cancelling.cancel(run.id)
              }}
            >
              {cancelCopy.confirm}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {cancelCopy.keep}
            </button>
          </TitleBar>
        </Modal>
      )}
    </div>
  )
}

/** The run that was to be cancelled has been replaced by a catch-up meanwhile. */
function NotCancelled({ answer }: { answer: RunCancel | null }) {
  const words = answer && notCancelled(answer)
  if (!words) return null
  return (
    <Box role="status">
      <Text as="p" tone="caution" fontWeight="medium">
        {words}
      </Text>
    </Box>
  )
}

/** What cancelling will do. If the nightly check itself is cancelled, the next one compares the rest. */
export function CancelWords({ run, nightly }: { run: CardRun; nightly: boolean }) {
  return (
    <Box padding="400">
      <BlockStack gap="200">
        <Text as="p">{cancelCopy.stays(run.kind)}</Text>
        <Text as="p">{cancelCopy.rest(run)}</Text>
        {nightly && run.trigger !== 'nightly' && <Text as="p">{cancelCopy.nightly}</Text>}
      </BlockStack>
    </Box>
  )
}
