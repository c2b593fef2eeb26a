import { BlockStack, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { Instant } from '../time/instant.tsx'
import { CancelRun, type RunCancelling } from './cancel-run.tsx'
import { Counts } from './counts.tsx'
import { RunMovement } from './run-movement.tsx'

const counted = ['pushed', 'unchanged', 'excluded', 'issues'] as const

interface RunProgressProps {
  readonly run: CardRun
  /** The nightly check is on, and picks up what a cancelled run leaves. */
  readonly nightly: boolean
  readonly cancelling: RunCancelling
}

export function RunProgress({ run, nightly, cancelling }: RunProgressProps) {
  const { t } = useTranslation()
  return (
    <BlockStack gap="200">
      <RunMovement run={run} />
      <InlineStack gap="400" align="space-between">
        <Counts of={run} names={counted} kind={run.kind} />
        <Text as="p" tone="subdued" variant="bodySm">
          {t('runs.started')} <Instant at={run.startedAt} />
        </Text>
      </InlineStack>
      <CancelRun key={run.id} run={run} nightly={nightly} cancelling={cancelling} />
    </BlockStack>
  )
}
