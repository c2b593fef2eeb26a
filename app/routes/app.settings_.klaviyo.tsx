import { useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { DestinationPage } from '#app/ui/destination/destination-page.tsx'
import { pageMeta } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { settingAction, settingLoader } from './settings/setting-door.ts'
import { SettingFrame } from './settings/setting-frame.tsx'
import { useSaving, useTryOut } from './settings/use-saving.ts'

export const meta = pageMeta('destination')
export const loader = settingLoader('destination')
export const action = settingAction('destination')
export const headers = boundary.headers

export default function DestinationRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  return (
    <SettingFrame name="destination" asOf={asOf} timeZone={view.timeZone}>
      <DestinationPage view={view} actions={{ ...useSaving(), trying: useTryOut('destination') }} />
    </SettingFrame>
  )
}

export const ErrorBoundary = PageFailure
