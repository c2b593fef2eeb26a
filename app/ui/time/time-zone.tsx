import { Text } from '@shopify/polaris'
import { useShopNow } from './shop-clock.tsx'

/** Says by which clock the times of the page are. */
export function TimeZone() {
  const { t, timeZone } = useShopNow()
  return (
    <Text as="p" tone="subdued">
      {t('time.zone', { zone: timeZone.replaceAll('_', ' ') })}
    </Text>
  )
}
