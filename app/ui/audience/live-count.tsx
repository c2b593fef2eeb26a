import { Banner, BlockStack, Button, Card, InlineStack, Spinner, Text } from '@shopify/polaris'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import { countWords, preparingWords } from '../copy/audience.ts'
import { Progress } from '../progress.tsx'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTimeBrief } from '../time/shop-time.ts'
import type { LiveCount as LiveCountState } from './use-live-count.ts'

/** How many customers the rules match as they are shown. */
export function LiveCount({ live, faulty }: { live: LiveCountState; faulty: boolean }) {
  const { t } = useTranslation()
  const { count, counting, countAgain } = live
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <Text as="h2" variant="headingMd">
          {t('audience.count.title')}
        </Text>
        <div role="status">
          {faulty ? (
            <Text as="p" tone="subdued">
              {t('audience.count.faulty')}
            </Text>
          ) : (
            <Figures count={count} />
          )}
        </div>
        {!faulty && count?.kind === 'counted' && (
          <div>
            <Button loading={counting} onClick={countAgain}>
              {t('audience.count.again')}
            </Button>
          </div>
        )}
      </BlockStack>
    </Card>
  )
}

function Figures({ count }: { count: CustomerCount | null }) {
  const { t } = useTranslation()
  switch (count?.kind) {
    case 'counted':
      return <Counted count={count} />
    case 'preparing':
      return <Preparing {...count} />
    case 'unavailable':
      return <Text as="p">{t('audience.count.unavailable')}</Text>
    case 'audience_invalid':
      return <Text as="p">{t('audience.count.faulty')}</Text>
    case undefined:
      return (
        <InlineStack gap="200" blockAlign="center">
          <Spinner size="small" />
          <Text as="p" tone="subdued">
            {t('audience.count.counting')}
          </Text>
        </InlineStack>
      )
  }
}

function Counted({ count }: { count: Extract<CustomerCount, { kind: 'counted' }> }) {
  const now = useShopNow()
  const when = shopTimeBrief(new Date(count.asOf), now)
  return (
    <BlockStack gap="200">
      {count.matching === 0 && count.total > 0 ? (
        <Banner tone="warning">
          <p>{now.t('audience.count.noMatch')}</p>
        </Banner>
      ) : (
        <Text as="p" variant="headingSm">
          {countWords(now.t, count)}
        </Text>
      )}
      <Text as="p" tone="subdued">
        {now.t('audience.count.asOf', { when, total: count.total })}
      </Text>
    </BlockStack>
  )
}

function Preparing({ rowsWritten, expected }: { rowsWritten: number; expected: number | null }) {
  const { t } = useTranslation()
  const labelId = useId()
  const fraction = expected ? Math.min(1, rowsWritten / expected) : 0
  return (
    <BlockStack gap="200">
      <Text as="p" id={labelId}>
        {preparingWords(t, rowsWritten, expected)}
      </Text>
      <Progress fraction={fraction} labelId={labelId} />
    </BlockStack>
  )
}
