import { Banner } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { CardConnection } from '#app/core/report/sync-card.ts'
import { countedChanges } from '../copy/counted-changes.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

type Refused = Extract<CardConnection, { kind: 'refused' }>

/** Klaviyo refuses the key, or the app was removed in Klaviyo: what becomes of the changes meanwhile. */
export function NoLongerConnected({ connection, pending }: { connection: Refused; pending: number }) {
  const now = useShopNow()
  const { t } = useTranslation()
  if (connection.by === 'key') {
    return (
      <Banner tone="critical" title={t('connection.refusedTitle')}>
        <p>{t('connection.refusedBody')}</p>
      </Banner>
    )
  }
  const since = shopTime(new Date(connection.refusedAt), now)
  return (
    <Banner tone="critical" title={t('klaviyoLogin.ended.title')}>
      <p>{t('klaviyoLogin.ended.body', { since, changes: countedChanges(pending) })}</p>
    </Banner>
  )
}
