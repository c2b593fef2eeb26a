import { Banner, List } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MissingScope } from '#app/core/report/missing-scopes.ts'

/** What is off because the merchant did not allow it at Klaviyo. Everything else is synced. */
export function MissingScopesBanner({ scopes }: { scopes: readonly MissingScope[] }) {
  const { t } = useTranslation()
  if (scopes.length === 0) return null
  return (
    <Banner tone="warning" title={t('klaviyoScopes.title')}>
      <List>
        {scopes.map((scope) => (
          <List.Item key={scope}>
            {t(scope === 'events:write' ? 'klaviyoScopes.events' : 'klaviyoScopes.erasing')}
          </List.Item>
        ))}
      </List>
    </Banner>
  )
}
