import { BlockStack, Icon, InlineStack, Text } from '@shopify/polaris'
import { AlertTriangleIcon } from '@shopify/polaris-icons'
import { useId } from 'react'
import type { CardRun, Stall } from '#app/core/report/sync-card.ts'
import { pagesWords, runPhaseWords, runProgressWords, stallWords } from '../copy/runs.ts'
import { Progress } from '../progress.tsx'
import { SupportText } from '../support/support-text.tsx'
import { timeLeft } from '../time/relative-time.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { progressFraction } from './progress-fraction.ts'

/** How far an open run is, how long it will take, or why it is stalled. */
export function RunMovement({ run }: { run: CardRun }) {
  const now = useShopNow()
  const { t } = now
  const labelId = useId()
  const longer = run.stall === null && pagesWords(t, run)
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" align="space-between" blockAlign="baseline">
        <Text as="p" variant="bodyMd" fontWeight="medium" id={labelId}>
          {runPhaseWords(t, run)}
        </Text>
        <InlineStack gap="200">
          <Text as="p" tone="subdued">
            {runProgressWords(t, run)}
          </Text>
          {run.remainingMs !== null && run.stall === null && (
            <Text as="p" tone="subdued">
              {timeLeft(run.remainingMs, now)}
            </Text>
          )}
        </InlineStack>
      </InlineStack>
      <Bar fraction={progressFraction(run)} still={run.state === 'paused' || run.stall !== null} labelId={labelId} />
      {longer && (
        <Text as="p" tone="subdued">
          {longer}
        </Text>
      )}
      {run.stall && <StallLine stall={run.stall} />}
    </BlockStack>
  )
}

function StallLine({ stall }: { stall: Stall }) {
  const now = useShopNow()
  return (
    <InlineStack gap="150" wrap={false} blockAlign="start">
      <span className="ls-icon">
        <Icon source={AlertTriangleIcon} tone="caution" />
      </span>
      <Text as="p" tone="caution" fontWeight="medium">
        <SupportText>{stallWords(now, stall)}</SupportText>
      </Text>
    </InlineStack>
  )
}

function Bar({ fraction, still, labelId }: { fraction: number | null; still: boolean; labelId: string }) {
  if (fraction !== null) return <Progress fraction={fraction} labelId={labelId} />
  return (
    <div className={`ls-bar ${still ? 'ls-bar--still' : ''}`} role="progressbar" aria-labelledby={labelId}>
      <div />
    </div>
  )
}
