import { BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris'
import type { ReadBacks } from '#app/core/report/read-back-report.ts'
import { duration } from '../time/relative-time.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { EarlierReadBacks } from './earlier-read-backs.tsx'
import { type ReadBackActions, ReadBackProgress } from './read-back-progress.tsx'
import { ReadBackResult } from './read-back-result.tsx'

interface ReadBackCardProps {
  readonly readBacks: ReadBacks
  readonly actions: ReadBackActions
}

/** Whether Klaviyo holds what was sent: the last look at it, those before, and the button that looks at all profiles. */
export function ReadBackCard({ readBacks: { open, ended, all, isNightly }, actions }: ReadBackCardProps) {
  const now = useShopNow()
  const { t } = now
  const [last, ...earlier] = ended
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <BlockStack gap="100">
          <Text as="h2" variant="headingMd">
            {t('readBack.title')}
          </Text>
          <Text as="p" tone="subdued">
            {t('readBack.help')} {t('readBack.nightly', { isNightly: isNightly ? 'yes' : 'no' })}
          </Text>
        </BlockStack>
        {open && <ReadBackProgress readBack={open} actions={actions} />}
        {last && <ReadBackResult readBack={last} />}
        {!open && !last && <Text as="p">{t('readBack.none')}</Text>}
        {all && (
          <InlineStack gap="300" blockAlign="center">
            <Button loading={actions.busy} onClick={actions.start}>
              {t('readBack.all', { profiles: all.profiles })}
            </Button>
            <Text as="p" tone="subdued">
              {t('readBack.takes', { duration: duration(all.takesMs, now) })}
            </Text>
          </InlineStack>
        )}
        {earlier.length > 0 && <EarlierReadBacks readBacks={earlier} />}
      </BlockStack>
    </Card>
  )
}
