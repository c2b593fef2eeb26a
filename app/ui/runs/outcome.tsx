import { BlockStack, Icon, Link, Text } from '@shopify/polaris'
import {
  AlertDiamondIcon,
  AlertTriangleIcon,
  CheckCircleIcon,
  ClockIcon,
  PauseCircleIcon,
  RefreshIcon,
  XCircleIcon,
} from '@shopify/polaris-icons'
import { Trans, useTranslation } from 'react-i18next'
import type { RunReport } from '#app/core/report/activity.ts'
import { runResult } from '../copy/runs.ts'
import { runIssuesPage } from '../pages.ts'
import { SupportText } from '../support/support-text.tsx'
import { byWhom, StaffLink } from './staff-link.tsx'

interface Look {
  readonly icon: typeof ClockIcon
  readonly tone: 'success' | 'warning' | 'critical' | 'info' | 'subdued'
}

/** An icon for the state of a run. */
export function OutcomeIcon({ run }: { run: RunReport }) {
  const { icon, tone } = lookOf(run)
  return (
    <span className="ls-icon">
      <Icon source={icon} tone={tone} />
    </span>
  )
}

function lookOf(run: RunReport): Look {
  if (run.stall !== null) return { icon: AlertTriangleIcon, tone: 'warning' }
  switch (run.state) {
    case 'queued':
      return { icon: ClockIcon, tone: 'subdued' }
    case 'reading':
    case 'delivering':
      return { icon: RefreshIcon, tone: 'info' }
    case 'paused':
      return { icon: PauseCircleIcon, tone: 'warning' }
    case 'finished':
      // A run that finished its work gets a check mark even if it found issues; they are shown beside it.
      return { icon: CheckCircleIcon, tone: 'success' }
    case 'cancelled':
      return { icon: XCircleIcon, tone: 'warning' }
    case 'failed':
      return { icon: AlertDiamondIcon, tone: 'critical' }
  }
}

/** The result of a run where the counts do not show it, and why it ended early. Empty for a run without anything special. */
export function OutcomeWords({ shop, run }: { shop: string; run: RunReport }) {
  const { t } = useTranslation()
  const result = runResult(t, run)
  if (result === null && run.end === null && run.limit === null && run.issues === 0) return null
  return (
    <BlockStack gap="050">
      {result && <Text as="p">{result}</Text>}
      {run.issues > 0 && (
        <Text as="p">
          <Link url={runIssuesPage(run.id)}>{t('runs.issues', { customers: run.issues })}</Link>
        </Text>
      )}
      {run.limit && <Text as="p">{t('destination.limit.reached', run.limit)}</Text>}
      {run.end?.why === 'cancelled_by_hand' && run.end.by && (
        <Text as="p">
          <Trans
            i18nKey="runs.cancelledBy"
            values={{ by: byWhom(run.end.by) }}
            components={{ staff: <StaffLink shop={shop} member={run.end.by} /> }}
          />
        </Text>
      )}
      {run.end && (
        <Text as="p" tone="subdued">
          <SupportText>{t(`runs.ends.${run.end.why}`)}</SupportText>
        </Text>
      )}
      {run.end?.why === 'shopify_refused' && run.end.words && (
        <p className="ls-words">
          <b>{t('runs.shopifySays')}</b> <q>{run.end.words}</q>
        </p>
      )}
    </BlockStack>
  )
}
