import { Banner, List } from '@shopify/polaris'
import type { AlertsView } from '#app/core/report/alerts-view.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

/** The open alerts. */
export function OpenAlerts({ alerts }: { alerts: AlertsView['openAlerts'] }) {
  const now = useShopNow()
  const { t } = now
  if (alerts.length === 0) return null
  return (
    <Banner tone="warning" title={t('alerts.openNow.title', { alerts: alerts.length })}>
      <List>
        {alerts.map(({ cause, since }) => (
          <List.Item key={cause}>
            {t('alerts.openNow.line', {
              alert: t(`alerts.causes.${cause}.title`),
              since: shopTime(new Date(since), now),
            })}
          </List.Item>
        ))}
      </List>
    </Banner>
  )
}
