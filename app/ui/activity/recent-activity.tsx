import { BlockStack, Box, Card, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ActivityPage } from '#app/core/report/activity.ts'
import type { ReadBacks } from '#app/core/report/read-back-report.ts'
import { type PageLinks, Paging } from '../paging.tsx'
import { ReadBackCard } from '../read-back/read-back-card.tsx'
import type { ReadBackActions } from '../read-back/read-back-progress.tsx'
import { NotRefreshed } from '../time/not-refreshed.tsx'
import { ShopClock } from '../time/shop-clock.tsx'
import { TimeZone } from '../time/time-zone.tsx'
import { HeardSources } from './heard-sources.tsx'
import { HourEntry } from './hour-entry.tsx'
import { RunEntry } from './run-entry.tsx'
import { SilenceBanner } from './silence-banner.tsx'
import { WebhookTopics } from './webhook-topics.tsx'

interface RecentActivityProps extends PageLinks {
  readonly shop: string
  readonly page: ActivityPage
  /** Null on the pages after the first. */
  readonly readBacks: ReadBacks | null
  readonly readBackActions: ReadBackActions
  readonly notRefreshed: boolean
}

export function RecentActivity({
  shop,
  page,
  readBacks,
  readBackActions,
  notRefreshed,
  onPrevious,
  onNext,
}: RecentActivityProps) {
  const { t } = useTranslation()
  return (
    <ShopClock asOf={page.asOf} timeZone={page.timeZone}>
      <BlockStack gap="400">
        {page.silence && <SilenceBanner silence={page.silence} />}
        {readBacks && <ReadBackCard readBacks={readBacks} actions={readBackActions} />}
        <Card padding="0">
          {page.entries.length === 0 ? (
            <Nothing isFirstPage={onPrevious === null} />
          ) : (
            <ul className="ls-entries" aria-label={t('activity.list')}>
              {page.entries.map((entry) =>
                entry.kind === 'run' ? (
                  <RunEntry key={entry.run.id} shop={shop} run={entry.run} />
                ) : (
                  <HourEntry key={entry.startedAt} startedAt={entry.startedAt} hour={entry} />
                ),
              )}
            </ul>
          )}
          <Paging onPrevious={onPrevious} onNext={onNext} />
        </Card>
        {page.sources.length > 0 && <HeardSources sources={page.sources} />}
        <WebhookTopics topics={page.topics} />
        <Box paddingInline={{ xs: '400', sm: '0' }}>{notRefreshed ? <NotRefreshed /> : <TimeZone />}</Box>
      </BlockStack>
    </ShopClock>
  )
}

function Nothing({ isFirstPage }: { isFirstPage: boolean }) {
  const { t } = useTranslation()
  return (
    <Box padding={{ xs: '400', sm: '800' }}>
      <BlockStack gap="200" inlineAlign="center">
        <Text as="h2" variant="headingMd" alignment="center">
          {isFirstPage ? t('activity.none') : t('activity.noMore')}
        </Text>
        {isFirstPage && (
          <Text as="p" tone="subdued" alignment="center">
            {t('activity.noneBody')}
          </Text>
        )}
      </BlockStack>
    </Box>
  )
}
