import { BlockStack } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { AlertsView } from '#app/core/report/alerts-view.ts'
import type { Alerts } from '#app/core/settings/alerts.ts'
import { SettingCard, SettingForm } from '../settings/setting-form.tsx'
import { type SaveActions, useSetting } from '../settings/use-setting.ts'
import { alertsDraftOf, chosenAlerts } from './alerts-draft.ts'
import type { ChannelActions } from './channel-actions.ts'
import { ChannelsCard } from './channels-card.tsx'
import { MessageList } from './message-list.tsx'
import { OpenAlerts } from './open-alerts.tsx'
import { WhatFields } from './what-fields.tsx'
import { WhenFields } from './when-fields.tsx'

interface AlertsPageProps {
  readonly view: AlertsView
  readonly actions: SaveActions<Alerts>
  readonly channels: ChannelActions
}

const editing = { fieldsOf: alertsDraftOf, choiceOf: chosenAlerts }

export function AlertsPage({ view, actions, channels }: AlertsPageProps) {
  const { t } = useTranslation()
  const draft = useSetting(view, actions, editing)
  const parts = { fields: draft.fields, disabled: draft.disabled, onChange: draft.change }
  return (
    <BlockStack gap="400">
      <OpenAlerts alerts={view.openAlerts} />
      <ChannelsCard view={view} actions={channels} />
      <SettingForm name="alerts" draft={draft} fault={t('alerts.fault')} inCards>
        <SettingCard>
          <WhatFields {...parts} />
        </SettingCard>
        <SettingCard>
          <WhenFields {...parts} />
        </SettingCard>
      </SettingForm>
      <MessageList messages={view.messages} />
    </BlockStack>
  )
}
