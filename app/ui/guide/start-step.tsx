import { BlockStack, Button, Text } from '@shopify/polaris'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { notStarted } from '../copy/full-sync.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTimeInSentence } from '../time/shop-time.ts'
import type { GuideActions } from './guide-actions.ts'

/** Starts the first sync, and says when it starts by itself. */
export function StartStep({ card, actions }: { card: SyncCard; actions: GuideActions }) {
  const now = useShopNow()
  const { t } = now
  const refused = actions.answer && notStarted(now, actions.answer)
  if (card.connection.kind !== 'connected') return <Text as="p">{t('guide.start.connectFirst')}</Text>
  if (card.integration.status !== 'on') return <Text as="p">{t('guide.start.off')}</Text>
  if (card.startAt === null && card.run !== null) return <Text as="p">{t('guide.start.running')}</Text>
  if (card.startAt === null && card.guide.done.start) return <Text as="p">{t('guide.start.done')}</Text>
  return (
    <BlockStack gap="300" inlineAlign="start">
      {card.startAt !== null && (
        <Text as="p">{t('guide.start.waits', { startsWhen: shopTimeInSentence(new Date(card.startAt), now) })}</Text>
      )}
      <Button variant="primary" loading={actions.starting} onClick={actions.start}>
        {t('guide.start.action')}
      </Button>
      {refused && (
        <div role="status">
          <Text as="p" tone="caution">
            {refused}
          </Text>
        </div>
      )}
    </BlockStack>
  )
}
