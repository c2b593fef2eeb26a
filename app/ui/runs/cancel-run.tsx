import { BlockStack, Box, Button, Text } from '@shopify/polaris'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { isHeld, notCancelled, runNameOf } from '../copy/runs.ts'

const loadDialog = () => import('./cancel-dialog.tsx')
const CancelDialog = lazy(async () => ({ default: (await loadDialog()).CancelDialog }))

const HeldRun = lazy(async () => ({ default: (await import('./held-run.tsx')).HeldRun }))

export interface RunCancelling {
  readonly cancel: (run: string) => void
  /** Lets a held run go on. */
  readonly confirm: (run: string) => void
  readonly cancelling: boolean
  /** The result of the last request to cancel; null before the first. */
  readonly answer: RunCancel | null
}

interface CancelRunProps {
  readonly run: CardRun
  readonly nightly: boolean
  readonly cancelling: RunCancelling
}

/** The button and its dialog; above it, of a held run, what it would change. A catch-up has none: it carries changes, which must not be skipped. */
export function CancelRun({ run, nightly, cancelling }: CancelRunProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState(false)
  // Once the page stands, so that the dialog is there when it is wanted.
  useEffect(() => void loadDialog(), [])
  if (run.kind === 'catch_up') return <NotCancelled answer={cancelling.answer} />
  return (
    <BlockStack gap="200" inlineAlign="start">
      <Suspense>
        {run.check && isHeld(run) && (
          <HeldRun
            run={run}
            check={run.check}
            busy={cancelling.cancelling}
            onConfirm={() => cancelling.confirm(run.id)}
          />
        )}
      </Suspense>
      <Button
        accessibilityLabel={t(`runs.cancel.label.${runNameOf(run)}`)}
        loading={cancelling.cancelling}
        onClick={() => setAsking(true)}
      >
        {t('runs.cancel.button')}
      </Button>
      <Suspense>
        {asking && (
          <CancelDialog
            run={run}
            nightly={nightly}
            onConfirm={() => {
              setAsking(false)
              cancelling.cancel(run.id)
            }}
            onKeep={() => setAsking(false)}
          />
        )}
      </Suspense>
    </BlockStack>
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
