import interLatin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import type { LinksFunction, MetaFunction } from '@remix-run/node'
import {
  isRouteErrorResponse,
  Links,
  Meta,
  Outlet,
  Scripts,
  ScrollRestoration,
  useMatches,
  useRouteError,
  useRouteLoaderData,
} from '@remix-run/react'
import type { ReactNode } from 'react'
import { config } from '#app/config.server.ts'
import { failureCopy } from '#app/ui/copy/failures.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'
import ownStyle from '#app/ui/style.css?url'

const APP_BRIDGE = 'https://cdn.shopify.com/shopifycloud/app-bridge.js'

export const links: LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  { rel: 'preload', href: interLatin, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  { rel: 'stylesheet', href: ownStyle },
]

/** A page sets its own title; an error page uses its heading. */
export const meta: MetaFunction = ({ error }) => (error === undefined ? [] : [{ title: copyFor(error).title }])

export function loader() {
  return { apiKey: config.shopify.apiKey }
}

/** The key of the app does not change while a page is open. */
export const shouldRevalidate = () => false

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>('root')
  // App Bridge is not needed on public pages, and logs an error there because it has no shop.
  const embedded = useMatches().every(({ id }) => id !== 'routes/_index' && id !== 'routes/$')
  return (
    <html lang="en">
      <head>
        {data && embedded && <script src={APP_BRIDGE} data-api-key={data.apiKey} />}
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <Links />
      </head>
      <body>
        {children}
        <ScrollRestoration />
        <Scripts />
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

export function ErrorBoundary() {
  const error = useRouteError()
  const { title, body } = copyFor(error)
  return (
    <PlainPage title={title}>
      <p>{body}</p>
      {!isNotFound(error) && (
        <button type="button" onClick={() => window.location.reload()}>
          {failureCopy.retry}
        </button>
      )}
    </PlainPage>
  )
}

function copyFor(error: unknown): { readonly title: string; readonly body: string } {
  return isNotFound(error) ? failureCopy.notFound : failureCopy
}

function isNotFound(error: unknown): boolean {
  return isRouteErrorResponse(error) && error.status === 404
}
