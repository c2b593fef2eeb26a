import type { LinksFunction, LoaderFunctionArgs } from '@remix-run/node'
import { Outlet } from '@remix-run/react'
import polarisStyle from '@shopify/polaris/build/esm/styles.css?url'
import { boundary } from '@shopify/shopify-app-remix/server'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { welcomeShop } from '#app/sync/connection/welcome-shop.ts'
import { EmbeddedFrame } from './frame/embedded-frame.tsx'
import { PageFailure } from './page-failure/page-failure.tsx'

export const links: LinksFunction = () => [{ rel: 'stylesheet', href: polarisStyle }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  await welcomeShop(shopDomain.parse(session.shop), databaseNow())
  return null
}

/** Once per visit is enough; each page below authenticates its own requests. */
export const shouldRevalidate = () => false

export const headers = boundary.headers

export default function App() {
  return (
    <EmbeddedFrame>
      <Outlet />
    </EmbeddedFrame>
  )
}

/** The loader above failed, so Polaris has to be set up here. */
export function ErrorBoundary() {
  return (
    <EmbeddedFrame>
      <PageFailure />
    </EmbeddedFrame>
  )
}
