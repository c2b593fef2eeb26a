import { Icon, InlineStack, Text } from '@shopify/polaris'
import { ShieldCheckMarkIcon } from '@shopify/polaris-icons'
import { useTranslation } from 'react-i18next'

export function PromiseLine() {
  const { t } = useTranslation()
  return (
    <InlineStack gap="150" wrap={false} blockAlign="start">
      <span className="ls-icon">
        <Icon source={ShieldCheckMarkIcon} tone="subdued" />
      </span>
      <Text as="p" tone="subdued">
        {t('card.promise')}
      </Text>
    </InlineStack>
  )
}
