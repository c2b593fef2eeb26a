import { BlockStack, Button, InlineStack, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { ChannelView } from '#app/core/report/alerts-view.ts'
import { Badge } from '../badge.tsx'
import { channelFault } from '../copy/alerts.ts'
import { SupportText } from '../support/support-text.tsx'
import type { ChannelActions } from './channel-actions.ts'

const tones = { on: 'success', unconfirmed: 'attention', off: 'critical' } as const

/** A channel that is set up: where it leads, whether it works, and what can be done with it. */
export function ChannelRow({ channel, actions }: { channel: ChannelView; actions: ChannelActions }) {
  const { t } = useTranslation()
  const { kind, shownAs, state, off } = channel
  const { answer, busy } = actions
  const fault = answer?.channel === kind && busy === null ? channelFault(t, answer) : null
  const isBusy = busy === kind
  return (
    <BlockStack gap="200">
      <InlineStack gap="200" blockAlign="center">
        <Text as="h3" variant="headingSm">
          {t(`alerts.kinds.${kind}`)}
        </Text>
        <Badge tone={tones[state]}>{t(`alerts.channels.${state}`)}</Badge>
      </InlineStack>
      <Text as="p" breakWord>
        {shownAs}
      </Text>
      {state === 'unconfirmed' && (
        <Text as="p" tone="subdued">
          {t('alerts.channels.waiting')}
        </Text>
      )}
      {off && (
        <Text as="p" tone="critical">
          {t(`alerts.channels.offWhy.${off.why}`)}
        </Text>
      )}
      <div aria-live="polite">
        {fault && (
          <Text as="p" tone="critical">
            <SupportText>{fault}</SupportText>
          </Text>
        )}
      </div>
      <InlineStack gap="200">
        {state === 'on' && (
          <Button loading={isBusy} disabled={busy !== null} onClick={() => actions.send(kind, 'test')}>
            {t('alerts.channels.test')}
          </Button>
        )}
        {state === 'unconfirmed' && (
          <Button loading={isBusy} disabled={busy !== null} onClick={() => actions.send(kind, 'confirm')}>
            {t('alerts.channels.again')}
          </Button>
        )}
        <Button
          tone="critical"
          disabled={busy !== null}
          accessibilityLabel={t('alerts.channels.removeKind', { channel: t(`alerts.kinds.${kind}`) })}
          onClick={() => actions.remove(kind)}
        >
          {t('alerts.channels.remove')}
        </Button>
      </InlineStack>
    </BlockStack>
  )
}
