import { BlockStack, Card, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { RunReport } from '#app/core/report/activity.ts'
import { InstantLine, Line, Lines } from '../card/lines.tsx'
import { runCountLabel, runOutcome, runPosition } from '../copy/runs.ts'
import { numberIn } from '../language/number-in.ts'
import { Instant } from '../time/instant.tsx'
import { NotRefreshed } from '../time/not-refreshed.tsx'
import { duration } from '../time/relative-time.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { TimeZone } from '../time/time-zone.tsx'
import { CancelRun, type RunCancelling } from './cancel-run.tsx'
import { openRun } from './open-run.ts'
import { OutcomeIcon, OutcomeWords } from './outcome.tsx'
import { RunMovement } from './run-movement.tsx'
import { RunStartedBy } from './run-started-by.tsx'

const counted = ['pushed', 'unchanged', 'excluded', 'issues'] as const

interface RunDetailsProps {
  readonly shop: string
  readonly run: RunReport
  readonly nightly: boolean
  readonly cancelling: RunCancelling
  readonly notRefreshed: boolean
}

/** Everything shown about one run. */
export function RunDetails({ shop, run, nightly, cancelling, notRefreshed }: RunDetailsProps) {
  const { t } = useTranslation()
  const open = openRun(run)
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="500">
        <BlockStack gap="200">
          <InlineStack gap="150" wrap={false} blockAlign="center">
            <OutcomeIcon run={run} />
            <Text as="h2" variant="headingMd">
              {runOutcome(t, run)}
            </Text>
          </InlineStack>
          <OutcomeWords shop={shop} run={run} />
        </BlockStack>
        {open && <RunMovement run={open} />}
        {open && <CancelRun run={open} nightly={nightly} cancelling={cancelling} />}
        <div className="ls-columns">
          <Progress shop={shop} run={run} />
          <CustomerCounts run={run} />
        </div>
        {notRefreshed ? <NotRefreshed /> : <TimeZone />}
      </BlockStack>
    </Card>
  )
}

function Progress({ shop, run }: { shop: string; run: RunReport }) {
  const now = useShopNow()
  const { t } = now
  return (
    <Lines heading={t('runs.progressHeading')}>
      <Line label={t('runs.startedAt')}>
        <Instant at={run.startedAt} />
        <Text as="p" tone="subdued" variant="bodySm">
          <RunStartedBy shop={shop} run={run} />
        </Text>
      </Line>
      {run.endedAt && <InstantLine label={t('runs.endedAt')} at={run.endedAt} />}
      {run.endedAt && (
        <Line label={t('runs.took')}>{duration(Date.parse(run.endedAt) - Date.parse(run.startedAt), now)}</Line>
      )}
    </Lines>
  )
}

function CustomerCounts({ run }: { run: RunReport }) {
  const { t, i18n } = useTranslation()
  return (
    <Lines heading={t('runs.countsHeading')}>
      <Line label={runCountLabel(t, run.kind, 'read')}>{runPosition(t, run)}</Line>
      {counted.map((name) => (
        <Line key={name} label={runCountLabel(t, run.kind, name)}>
          {numberIn(i18n.language, run[name])}
        </Line>
      ))}
    </Lines>
  )
}
