import { useFetcher, useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { databaseNow } from '#app/store/clock.ts'
import { stopKeeping } from '#app/sync/segment-lists/choose-segment-list.ts'
import { DestinationPage } from '#app/ui/destination/destination-page.tsx'
import type { SegmentListActions } from '#app/ui/destination/segment-lists-card.tsx'
import { toast } from '#app/ui/toast.ts'
import { pageMeta } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { settingAction, settingLoader } from './settings/setting-door.ts'
import { SettingFrame } from './settings/setting-frame.tsx'
import { useSaving, useTryOut } from './settings/use-saving.ts'

export const meta = pageMeta('destination')
export const loader = settingLoader('destination')
export const action = settingAction('destination', {
  form: z.object({ intent: z.literal('stop_keeping'), segment: z.string().max(100) }),
  answer: async (shop, { segment }) => {
    await stopKeeping(shop, segment, databaseNow())
    return { kind: 'stopped' as const }
  },
})
export const headers = boundary.headers

export default function DestinationRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  const actions = { ...useSaving(), trying: useTryOut('destination') }
  return (
    <SettingFrame name="destination" asOf={asOf} timeZone={view.timeZone}>
      <DestinationPage view={view} actions={actions} segmentLists={useSegmentLists()} />
    </SettingFrame>
  )
}

/** Stops keeping a segment by the page's own action, and shows a toast once it is stopped. */
function useSegmentLists(): SegmentListActions {
  const { t } = useTranslation()
  const { data, state, submit } = useFetcher<{ kind: 'stopped' }>()
  useEffect(() => {
    if (data) toast(t('segmentLists.stopped'))
  }, [data, t])
  return {
    stop: (segment) => submit({ intent: 'stop_keeping', segment }, { method: 'post' }),
    busy: state !== 'idle',
  }
}

export const ErrorBoundary = PageFailure
