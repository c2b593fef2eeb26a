import interLatin from '@fontsource-variable/inter/files/inter-latin-wght-normal.woff2?url'
import type { LinksFunction, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
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
import { type ReactNode, useContext } from 'react'
import { I18nextProvider, useTranslation } from 'react-i18next'
import { config } from '#app/config.server.ts'
import { Nonce } from '#app/ui/frame/nonce.ts'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import { chooseLanguage } from '#app/ui/language/languages.ts'
import { translationIn } from '#app/ui/language/translation.ts'
import { PlainPage } from '#app/ui/plain-page.tsx'
import ownStyle from '#app/ui/style.css?url'
import { metaIn } from './routes/language/page-sentences.ts'

/** Pages outside the admin. */
const publicRoutes: ReadonlySet<string> = new Set([
  'routes/_index',
  'routes/$',
  'routes/alerts.confirm',
  'routes/klaviyo.callback',
  'routes/klaviyo.install',
  'routes/klaviyo.settings',
])

const APP_BRIDGE = 'https://cdn.shopify.com/shopifycloud/app-bridge.js'

export const links: LinksFunction = () => [
  { rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
  { rel: 'preload', href: interLatin, as: 'font', type: 'font/woff2', crossOrigin: 'anonymous' },
  { rel: 'stylesheet', href: ownStyle },
]

/** A page sets its own title; an error page uses its heading. */
export const meta: MetaFunction = ({ error, matches }) =>
  error === undefined
    ? []
    : metaIn(matches, (t) => [{ title: t(isNotFound(error) ? 'failure.notFoundTitle' : 'failure.title') }])

export function loader({ request }: LoaderFunctionArgs) {
  const language = chooseLanguage({
    locale: new URL(request.url).searchParams.get('locale'),
    acceptLanguage: request.headers.get('Accept-Language'),
  })
  return { apiKey: config.shopify.apiKey, support: config.supportUrl, sentences: sentencesIn(language) }
}

/** Neither the key of the app nor the language changes while a page is open. */
export const shouldRevalidate = () => false

export function Layout({ children }: { children: ReactNode }) {
  const data = useRouteLoaderData<typeof loader>('root')
  const nonce = useContext(Nonce)
  // App Bridge is not needed on public pages, and logs an error there because it has no shop.
  const embedded = useMatches().every(({ id }) => !publicRoutes.has(id))
  return (
    <html lang={data?.sentences.language ?? 'en'}>
      <head>
        {data && embedded && <script src={APP_BRIDGE} data-api-key={data.apiKey} />}
        <meta charSet="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <Meta />
        <Links />
      </head>
      <body>
        {data ? <I18nextProvider i18n={translationIn(data.sentences)}>{children}</I18nextProvider> : children}
        <ScrollRestoration nonce={nonce} />
        <Scripts nonce={nonce} />
      </body>
    </html>
  )
}

export default function Root() {
  return <Outlet />
}

export function ErrorBoundary() {
  const error = useRouteError()
  const { t } = useTranslation()
  if (isNotFound(error)) {
    return (
      <PlainPage title={t('failure.notFoundTitle')}>
        <p>{t('failure.notFoundBody')}</p>
      </PlainPage>
    )
  }
  return (
    <PlainPage title={t('failure.title')}>
      <p>{t('failure.body')}</p>
      <button type="button" onClick={() => window.location.reload()}>
        {t('failure.retry')}
      </button>
    </PlainPage>
  )
}

function isNotFound(error: unknown): boolean {
  return isRouteErrorResponse(error) && error.status === 404
}
