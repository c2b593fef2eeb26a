import { BlockStack, InlineStack, ProgressBar, Text } from '@shopify/polaris'
import { useId } from 'react'
import type { CardRun } from '#app/core/report/sync-card.ts'
import { count } from '../copy/amounts.ts'
import { runCopy, runCountLabels, runPhaseWords, runProgressWords } from '../copy/full-sync.ts'
import { Instant } from '../time/instant.tsx'
import { progressFraction } from './progress-fraction.ts'

const counted = ['pushed', 'unchanged', 'excluded', 'issues'] as const

export function RunProgress({ run }: { run: CardRun }) {
  const labelId = useId()
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" align="space-between" blockAlign="baseline">
        <Text as="p" variant="bodyMd" fontWeight="medium" id={labelId}>
          {runPhaseWords(run)}
        </Text>
        <Text as="p" tone="subdued">
          {runProgressWords(run)}
        </Text>
      </InlineStack>
      <Bar fraction={progressFraction(run)} still={run.state === 'paused'} labelId={labelId} />
      <InlineStack gap="400" align="space-between">
        <ul className="ls-run-counts">
          {counted.map((name) => (
            <li key={name}>
              {runCountLabels[name]} <b>{count(run[name])}</b>
            </li>
          ))}
        </ul>
        <Text as="p" tone="subdued" variant="bodySm">
          {runCopy.startedAt} <Instant at={run.startedAt} />
        </Text>
      </InlineStack>
    </BlockStack>
  )
}

function Bar({ fraction, still, labelId }: { fraction: number | null; still: boolean; labelId: string }) {
  if (fraction !== null) {
    return <ProgressBar progress={Math.round(fraction * 100)} size="small" tone="primary" ariaLabelledBy={labelId} />
  }
  return (
    <div className={`ls-bar ${still ? 'ls-bar--still' : ''}`} role="progressbar" aria-labelledby={labelId}>
      <div />
    </div>
  )
}
