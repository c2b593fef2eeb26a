import { BlockStack, Divider, Text } from '@shopify/polaris'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { channelKinds } from '#app/core/alert/channel.ts'
import type { AlertsView } from '#app/core/report/alerts-view.ts'
import { SectionHeading } from '../heading.tsx'
import { SettingCard } from '../settings/setting-form.tsx'
import { AddChannel } from './add-channel.tsx'
import type { ChannelActions } from './channel-actions.ts'
import { ChannelRow } from './channel-row.tsx'
import { WebhookSecret } from './webhook-secret.tsx'

/** The channels for alerts. Each is set up by itself, at once. */
export function ChannelsCard({ view, actions }: { view: AlertsView; actions: ChannelActions }) {
  const { t } = useTranslation()
  const secret = actions.answer?.kind === 'added' ? actions.answer.secret : null
  return (
    <SettingCard>
      <SectionHeading words={t('alerts.channels.title')} />
      {channelKinds.map((kind, place) => {
        const channel = view.channels.find((one) => one.kind === kind)
        return (
          <Fragment key={kind}>
            {place > 0 && <Divider />}
            <BlockStack gap="300">
              {channel ? (
                <ChannelRow channel={channel} actions={actions} />
              ) : kind === 'email' && !view.emailOffered ? (
                <Text as="p" tone="subdued">
                  {t('alerts.channels.noEmail')}
                </Text>
              ) : (
                <AddChannel kind={kind} actions={actions} />
              )}
              {channel && kind === 'webhook' && secret && <WebhookSecret secret={secret} />}
            </BlockStack>
          </Fragment>
        )
      })}
    </SettingCard>
  )
}
