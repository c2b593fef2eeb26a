import { useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { LoyaltyPage } from '#app/ui/loyalty/loyalty-page.tsx'
import { pageMeta } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { settingAction, settingLoader } from './settings/setting-door.ts'
import { SettingFrame } from './settings/setting-frame.tsx'
import { useSaving } from './settings/use-saving.ts'

export const meta = pageMeta('loyalty')
export const loader = settingLoader('loyalty')
export const action = settingAction('loyalty')
export const headers = boundary.headers

export default function LoyaltyRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  return (
    <SettingFrame name="loyalty" asOf={asOf} timeZone={view.timeZone}>
      <LoyaltyPage view={view} actions={useSaving()} />
    </SettingFrame>
  )
}

export const ErrorBoundary = PageFailure
