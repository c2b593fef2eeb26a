import { NavMenu } from '@shopify/app-bridge-react'
import { pageNames } from './copy/pages.ts'
import { pages } from './pages.ts'

/** The app's entries in the admin's own menu. App Bridge draws no entry for `rel="home"`: it stands behind the app's name. */
export function AppMenu() {
  return (
    <NavMenu>
      <a href={pages.home} rel="home">
        {pageNames.home}
      </a>
      <a href={pages.customers}>{pageNames.customers}</a>
      <a href={pages.activity}>{pageNames.activity}</a>
      <a href={pages.settings}>{pageNames.settings}</a>
    </NavMenu>
  )
}
