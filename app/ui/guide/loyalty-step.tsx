import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { listOf } from '../language/list-of.ts'
import { pages } from '../pages.ts'
import type { GuideActions } from './guide-actions.ts'
import { MarkButton } from './mark-button.tsx'

interface LoyaltyStepProps {
  readonly card: SyncCard
  readonly actions: GuideActions
  readonly onDone: () => void
}

/** Which loyalty app was found in the shop, and whether its values are sent. */
export function LoyaltyStep({ card, actions, onDone }: LoyaltyStepProps) {
  const { t, i18n } = useTranslation()
  const part = actions.parts.loyalty
  if (part === null) return <Text as="p">{t('guide.loading')}</Text>
  if (part.apps === null) {
    return (
      <BlockStack gap="200" inlineAlign="start">
        <Text as="p">{t('guide.away')}</Text>
        <Button onClick={() => actions.load('loyalty')}>{t('guide.again')}</Button>
      </BlockStack>
    )
  }
  const names = part.apps.map(({ name }) => name)
  const isMapped = part.apps.filter((app) => app.isMapped).length
  const mapped = isMapped === names.length ? 'all' : isMapped > 0 ? 'some' : 'none'
  return (
    <BlockStack gap="300">
      <Text as="p">
        {names.length === 0
          ? t('guide.loyalty.none')
          : t('guide.loyalty.found', { amount: names.length, apps: listOf(names, i18n.language), mapped })}
      </Text>
      <InlineStack gap="200">
        <Button url={pages.mapping}>{t('guide.loyalty.action')}</Button>
        <MarkButton step="loyalty" card={card} actions={actions} onDone={onDone} />
      </InlineStack>
    </BlockStack>
  )
}
