import { NavMenu } from '@shopify/app-bridge-react'
import { pageNames } from './copy/pages.ts'
import { pages } from './pages.ts'

/** The app's entries in the admin's own menu. App Bridge renders no entry for `rel="home"`: it is the link of the app's name. */
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
