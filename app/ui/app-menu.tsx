import { NavMenu } from '@shopify/app-bridge-react'
import { useTranslation } from 'react-i18next'
import { pages } from './pages.ts'

/** The app's entries in the admin's own menu. App Bridge renders no entry for `rel="home"`: it is the link of the app's name. */
export function AppMenu() {
  const { t } = useTranslation()
  return (
    <NavMenu>
      <a href={pages.home} rel="home">
        {t('pages.home')}
      </a>
      <a href={pages.customers}>{t('pages.customers')}</a>
      <a href={pages.activity}>{t('pages.activity')}</a>
      <a href={pages.settings}>{t('pages.settings')}</a>
    </NavMenu>
  )
}
