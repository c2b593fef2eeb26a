import { Text } from '@shopify/polaris'
import { Hint } from '../hint.tsx'
import { relativeTime } from './relative-time.ts'
import { useShopNow } from './shop-clock.tsx'
import { shopTime, utcTime } from './shop-time.ts'

/** A time by the shop's clock, with how long ago it was, and UTC on hover; "Never" for null. */
export function Instant({ at }: { at: string | null }) {
  const now = useShopNow()
  if (at === null) {
    return (
      <Text as="span" tone="subdued">
        {now.t('time.never')}
      </Text>
    )
  }
  const instant = new Date(at)
  return (
    <Hint words={utcTime(instant)}>
      <time dateTime={at} className="ls-instant">
        {shopTime(instant, now)}{' '}
        <Text as="span" tone="subdued">
          ({relativeTime(instant.getTime(), now)})
        </Text>
      </time>
    </Hint>
  )
}
