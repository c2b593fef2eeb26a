import type { LinksFunction, LoaderFunctionArgs } from '@remix-run/node'
import { Outlet, useLoaderData } from '@remix-run/react'
import polarisStyle from '@shopify/polaris/build/esm/styles.css?url'
import { AppProvider } from '@shopify/shopify-app-remix/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { config } from '#app/config.server.ts'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { welcomeShop } from '#app/sync/connection/welcome-shop.ts'
import { AppMenu } from '#app/ui/app-menu.tsx'
import { usePageSentences } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: polarisStyle }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  await welcomeShop(shopDomain.parse(session.shop), databaseNow())
  return { apiKey: config.shopify.apiKey }
}

/** Once per visit is enough; each page below authenticates its own requests. */
export const shouldRevalidate = () => false

export const headers = boundary.headers

export default function App() {
  const { apiKey } = useLoaderData<typeof loader>()
  const sentences = usePageSentences()
  return (
    <AppProvider apiKey={apiKey} isEmbeddedApp={false} i18n={sentences?.polaris ?? {}}>
      <AppMenu />
      <Outlet />
    </AppProvider>
  )
}

/** The loader above failed, so Polaris has to be set up here. */
export function ErrorBoundary() {
  const sentences = usePageSentences()
  return (
    <AppProvider apiKey="" isEmbeddedApp={false} i18n={sentences?.polaris ?? {}}>
      <PageFailure />
    </AppProvider>
  )
}
