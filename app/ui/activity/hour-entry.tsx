import { BlockStack, Icon, InlineStack, Text } from '@shopify/polaris'
import { ClockIcon } from '@shopify/polaris-icons'
import type { HourReport } from '#app/core/report/activity.ts'
import { Counts } from '../runs/counts.tsx'
import { Instant } from '../time/instant.tsx'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopHour } from '../time/shop-time.ts'

const HOUR_MS = 60 * 60_000
const counted = ['webhooks', 'read', 'pushed', 'unchanged', 'excluded', 'issues'] as const

export function HourEntry({ startedAt, hour }: { startedAt: string; hour: HourReport }) {
  const now = useShopNow()
  const { t } = now
  const isOver = now.nowMs >= Date.parse(startedAt) + HOUR_MS
  return (
    <li className="ls-entry">
      <span className="ls-icon">
        <Icon source={ClockIcon} tone="subdued" />
      </span>
      <BlockStack gap="200">
        <InlineStack gap="200" align="space-between" blockAlign="baseline">
          <Text as="p">{t('activity.hour', { hours: shopHour(new Date(startedAt), now) })}</Text>
          {!isOver && (
            <Text as="span" tone="subdued">
              {t('activity.soFar')}
            </Text>
          )}
        </InlineStack>
        <Counts of={hour} names={counted} kind="hour" />
        <Text as="p" tone="subdued" variant="bodySm">
          {t('activity.from')} <Instant at={startedAt} />
        </Text>
      </BlockStack>
    </li>
  )
}
