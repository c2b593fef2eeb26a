import { Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'

/** Says that the page shows what it showed before, because its last refresh failed. */
export function NotRefreshed() {
  const { t } = useTranslation()
  return (
    <Text as="p" tone="subdued">
      {t('failure.notRefreshed')}
    </Text>
  )
}
