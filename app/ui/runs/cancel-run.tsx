import { Modal, TitleBar } from '@shopify/app-bridge-react'
import { BlockStack, Box, Button, Text } from '@shopify/polaris'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { cancelRest, notCancelled, runNameOf } from '../copy/runs.ts'

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
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  if (run.kind === 'catch_up') return <NotCancelled answer={cancelling.answer} />
  return (
    <div>
      <Button
        accessibilityLabel={t(`runs.cancel.label.${runNameOf(run)}`)}
        loading={cancelling.cancelling}
        onClick={() => setAsking(true)}
      >
        {t('runs.cancel.button')}
      </Button>
      {asking && (
        <Modal open onHide={() => setAsking(false)} id="cancel-run">
          <CancelWords run={run} nightly={nightly} />
          <TitleBar title={t(`runs.cancel.title.${runNameOf(run)}`)}>
            <button
              type="button"
              variant="primary"
              tone="critical"
              onClick={() => {
                setAsking(false)
                cancelling.cancel(run.id)
              }}
            >
              {t('runs.cancel.confirm')}
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              {t('runs.cancel.keep')}
            </button>
          </TitleBar>
        </Modal>
      )}
    </div>
  )
}

/** The run that was to be cancelled has been replaced by a catch-up meanwhile. */
function NotCancelled({ answer }: { answer: RunCancel | null }) {
  const { t } = useTranslation()
  const words = answer && notCancelled(t, answer)
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
  const { t } = useTranslation()
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
