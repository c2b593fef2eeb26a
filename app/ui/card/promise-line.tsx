import { Icon, InlineStack, Text } from '@shopify/polaris'
import { ShieldCheckMarkIcon } from '@shopify/polaris-icons'
import { cardCopy } from '../copy/sync-card.ts'

export function PromiseLine() {
  return (
    <InlineStack gap="150" wrap={false} blockAlign="start">
      <span className="ls-icon">
        <Icon source={ShieldCheckMarkIcon} tone="subdued" />
      </span>
      <Text as="p" tone="subdued">
        {cardCopy.promise}
      </Text>
    </InlineStack>
  )
}
