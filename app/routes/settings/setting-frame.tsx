import { Page } from '@shopify/polaris'
import type { ReactNode } from 'react'
import type { SettingPage } from '#app/core/report/setting-pages.ts'
import { pageNames } from '#app/ui/copy/pages.ts'
import { pages } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'

interface SettingFrameProps {
  readonly name: SettingPage
  readonly asOf: string
  readonly timeZone: string
  readonly children: ReactNode
}

/** The page of a choice: its title, and the way back to the settings. */
export function SettingFrame({ name, asOf, timeZone, children }: SettingFrameProps) {
  return (
    <Page title={pageNames[name]} backAction={{ content: pageNames.settings, url: pages.settings }}>
      <ShopClock asOf={asOf} timeZone={timeZone}>
        {children}
      </ShopClock>
    </Page>
  )
}
