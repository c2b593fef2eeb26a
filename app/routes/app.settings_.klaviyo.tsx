import { useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { pageTitle } from '#app/ui/copy/pages.ts'
import { DestinationPage } from '#app/ui/destination/destination-page.tsx'
import { PageFailure } from './page-failure/page-failure.tsx'
import { settingAction, settingLoader } from './settings/setting-door.ts'
import { SettingFrame } from './settings/setting-frame.tsx'
import { useSaving } from './settings/use-saving.ts'

export const meta = () => [{ title: pageTitle('destination') }]
export const loader = settingLoader('destination')
export const action = settingAction('destination')
export const headers = boundary.headers

export default function DestinationRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  return (
    <SettingFrame name="destination" asOf={asOf} timeZone={view.timeZone}>
      <DestinationPage view={view} actions={useSaving()} />
    </SettingFrame>
  )
}

export const ErrorBoundary = PageFailure
