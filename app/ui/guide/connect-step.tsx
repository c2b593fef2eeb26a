import { BlockStack, Button, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { PromiseLine } from '../card/promise-line.tsx'
import { pages } from '../pages.ts'

export function ConnectStep({ card: { connection } }: { card: SyncCard }) {
  const { t } = useTranslation()
  if (connection.kind === 'connected')
    return <Text as="p">{t('guide.connect.done', { account: connection.accountName })}</Text>
  return (
    <BlockStack gap="300" inlineAlign="start">
      <Text as="h3" variant="headingSm">
        {t('notConnected.heading')}
      </Text>
      <Text as="p">{t('guide.connect.todo')}</Text>
      <PromiseLine />
      <Button variant="primary" url={pages.settings}>
        {t('guide.connect.action')}
      </Button>
    </BlockStack>
  )
}
