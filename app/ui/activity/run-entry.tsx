import { BlockStack, InlineStack, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { RunReport } from '#app/core/report/activity.ts'
import { runNameOf, runOutcome } from '../copy/runs.ts'
import { runPage } from '../pages.ts'
import { Counts } from '../runs/counts.tsx'
import { openRun } from '../runs/open-run.ts'
import { OutcomeIcon, OutcomeWords } from '../runs/outcome.tsx'
import { RunMovement } from '../runs/run-movement.tsx'
import { RunStartedBy } from '../runs/run-started-by.tsx'
import { Instant } from '../time/instant.tsx'

const counted = ['read', 'pushed', 'unchanged', 'excluded', 'issues'] as const

export function RunEntry({ shop, run }: { shop: string; run: RunReport }) {
  const { t } = useTranslation()
  const name = t(`runs.names.${runNameOf(run)}`)
  const outcome = runOutcome(t, run)
  const open = openRun(run)
  return (
    <li className="ls-entry">
      <OutcomeIcon run={run} />
      <BlockStack gap="200">
        <InlineStack gap="200" align="space-between" blockAlign="baseline">
          <Link url={runPage(run.id)} accessibilityLabel={t('activity.openRun', { run: name, outcome })}>
            {name}
          </Link>
          <Text as="span" fontWeight="medium">
            {outcome}
          </Text>
        </InlineStack>
        <OutcomeWords shop={shop} run={run} />
        {open && <RunMovement run={open} />}
        <Counts of={run} names={counted} kind={run.kind} />
        <Text as="p" tone="subdued" variant="bodySm">
          <RunStartedBy shop={shop} run={run} /> · <Instant at={run.startedAt} />
        </Text>
        {run.endedAt && (
          <Text as="p" tone="subdued" variant="bodySm">
            {t('runs.endedAt')} <Instant at={run.endedAt} />
          </Text>
        )}
      </BlockStack>
    </li>
  )
}
