import { BlockStack, InlineStack, Text } from '@shopify/polaris'
import type { MessageView } from '#app/core/report/alerts-view.ts'
import { Badge } from '../badge.tsx'
import { messageFault, messageTitle } from '../copy/alerts.ts'
import { SectionHeading } from '../heading.tsx'
import { SettingCard } from '../settings/setting-form.tsx'
import { SupportText } from '../support/support-text.tsx'
import { Instant } from '../time/instant.tsx'
import { useShopNow } from '../time/shop-clock.tsx'

const tones = { waiting: null, retrying: 'warning', sent: 'success', given_up: 'critical' } as const

/** The last messages, and what became of each. */
export function MessageList({ messages }: { messages: readonly MessageView[] }) {
  const { t } = useShopNow()
  return (
    <SettingCard>
      <SectionHeading words={t('alerts.messages.title')} />
      {messages.length === 0 && (
        <Text as="p" tone="subdued">
          {t('alerts.messages.none')}
        </Text>
      )}
      {messages.map((message) => (
        <Message key={message.id} message={message} />
      ))}
    </SettingCard>
  )
}

function Message({ message }: { message: MessageView }) {
  const now = useShopNow()
  const { t } = now
  const fault = messageFault(now, message)
  return (
    <BlockStack gap="100">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" fontWeight="semibold">
          {messageTitle(t, message)}
        </Text>
        <Badge tone={tones[message.state]}>{t(`alerts.messages.states.${message.state}`)}</Badge>
      </InlineStack>
      <Text as="p" tone="subdued">
        {t(`alerts.kinds.${message.channel}`)} · <Instant at={message.writtenAt} />
      </Text>
      {fault && (
        <Text as="p">
          <SupportText>{fault}</SupportText>
        </Text>
      )}
    </BlockStack>
  )
}
