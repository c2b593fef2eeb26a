import { useFetcher, useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { channelKinds } from '#app/core/alert/channel.ts'
import type { ChannelChange } from '#app/core/report/alerts-view.ts'
import { databaseNow } from '#app/store/clock.ts'
import { addChannel, removeChannel, sendByHand } from '#app/sync/alerts/change-channel.ts'
import { AlertsPage } from '#app/ui/alerts/alerts-page.tsx'
import type { ChannelActions } from '#app/ui/alerts/channel-actions.ts'
import { channelToast } from '#app/ui/copy/alerts.ts'
import { languages } from '#app/ui/language/languages.ts'
import { toast } from '#app/ui/toast.ts'
import { pageMeta } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { settingAction, settingLoader } from './settings/setting-door.ts'
import { SettingFrame } from './settings/setting-frame.tsx'
import { useSaving } from './settings/use-saving.ts'

export const meta = pageMeta('alerts')
export const loader = settingLoader('alerts')

const channel = z.enum(channelKinds)
const form = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('add'), channel, target: z.string().max(2_000), language: z.enum(languages) }),
  z.object({ intent: z.literal('remove'), channel }),
  z.object({ intent: z.literal('send'), channel, what: z.enum(['test', 'confirm']) }),
])

export const action = settingAction('alerts', {
  form,
  answer: (shop, asked) => {
    switch (asked.intent) {
      case 'add':
        return addChannel(shop, asked, databaseNow)
      case 'remove':
        return removeChannel(shop, asked.channel, databaseNow())
      case 'send':
        return sendByHand(shop, asked.channel, asked.what, databaseNow)
    }
  },
})
export const headers = boundary.headers

export default function AlertsRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  return (
    <SettingFrame name="alerts" asOf={asOf} timeZone={view.timeZone}>
      <AlertsPage view={view} actions={useSaving()} channels={useChannels()} />
    </SettingFrame>
  )
}

/** Changes a channel by the page's own action, and shows a toast once it is changed. Messages are in the language of the page. */
function useChannels(): ChannelActions {
  const { t, i18n } = useTranslation()
  const changing = useFetcher<ChannelChange>()
  const { data, formData, state } = changing
  useEffect(() => {
    const words = data && channelToast(t, data)
    if (words) toast(words)
  }, [data, t])
  const submit = (fields: Record<string, string>) => changing.submit(fields, { method: 'post' })
  return {
    add: (channel, target) => submit({ intent: 'add', channel, target, language: i18n.language }),
    remove: (channel) => submit({ intent: 'remove', channel }),
    send: (channel, what) => submit({ intent: 'send', channel, what }),
    busy: state === 'idle' ? null : (channelKinds.find((kind) => kind === formData?.get('channel')) ?? null),
    answer: data ?? null,
  }
}

export const ErrorBoundary = PageFailure
