import { BlockStack, Card, Text } from '@shopify/polaris'
import type { WebhookTopic } from '#app/core/report/activity.ts'
import { activityCopy, topicWords } from '../copy/activity.ts'
import { Instant } from '../time/instant.tsx'

/** When each topic about customers was last received. */
export function WebhookTopics({ topics }: { topics: readonly WebhookTopic[] }) {
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="200">
        <Text as="h2" variant="headingMd">
          {activityCopy.topics}
        </Text>
        <Text as="p" tone="subdued">
          {activityCopy.heardHelp}
        </Text>
        <dl className="ls-lines">
          {topics.map(({ topic, receivedAt }) => (
            <div className="ls-line" key={topic}>
              <dt>
                {topicWords(topic) ?? activityCopy.otherTopic}{' '}
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
