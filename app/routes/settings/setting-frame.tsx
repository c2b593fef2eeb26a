import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { SettingPage } from '#app/core/report/setting-pages.ts'
import { AppPage } from '#app/ui/frame/app-page.tsx'
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
  const { t } = useTranslation()
  return (
    <AppPage title={t(`pages.${name}`)} back={{ content: t('pages.settings'), url: pages.settings }}>
      <ShopClock asOf={asOf} timeZone={timeZone}>
        {children}
      </ShopClock>
    </AppPage>
  )
}
