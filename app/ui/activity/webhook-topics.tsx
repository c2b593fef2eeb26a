import { BlockStack, Card, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { WebhookTopic } from '#app/core/report/activity.ts'
import { topicWords } from '../copy/activity.ts'
import { Instant } from '../time/instant.tsx'

/** When each topic about customers was last received. */
export function WebhookTopics({ topics }: { topics: readonly WebhookTopic[] }) {
  const { t } = useTranslation()
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {t('activity.lastReceived')}
        </Text>
        <Text as="p" tone="subdued">
          {t('activity.heardHelp')}
        </Text>
        <dl className="ls-lines">
          {topics.map(({ topic, receivedAt }) => (
            <div className="ls-line" key={topic}>
              <dt>
                {topicWords(t, topic)}{' '}
                <Text as="span" tone="subdued" variant="bodySm">
                  <span className="ls-break">{topic}</span>
                </Text>
              </dt>
              <dd>
                <Instant at={receivedAt} />
              </dd>
            </div>
          ))}
        </dl>
      </BlockStack>
    </Card>
  )
}
