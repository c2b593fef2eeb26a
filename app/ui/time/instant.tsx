import { Text, Tooltip } from '@shopify/polaris'
import { timeCopy } from '../copy/time.ts'
import { relativeTime } from './relative-time.ts'
import { useShopNow } from './shop-clock.tsx'
import { shopTime, utcTime } from './shop-time.ts'

/** A time by the shop's clock, with how long ago it was, and UTC on hover; "Never" for null. */
export function Instant({ at }: { at: string | null }) {
  const { nowMs, timeZone } = useShopNow()
  if (at === null) {
    return (
      <Text as="span" tone="subdued">
        {timeCopy.never}
      </Text>
    )
  }
  const instant = new Date(at)
  return (
    <Tooltip content={utcTime(instant)} preferredPosition="below">
      <time dateTime={at} className="ls-instant">
        {shopTime(instant, timeZone)}{' '}
        <Text as="span" tone="subdued">
          ({relativeTime(instant.getTime(), nowMs)})
        </Text>
      </time>
    </Tooltip>
  )
}
