import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useFetcher, useLoaderData, useNavigate } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { config } from '#app/config.server.ts'
import type { FirstSync } from '#app/core/flow/first-sync.ts'
import { shopDomain } from '#app/core/ids.ts'
import { sharingShape } from '#app/core/settings/shapes/destination.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { beginLogin, forgetUnreturned, loadLogin } from '#app/sync/klaviyo-login/begin-login.ts'
import { endLogin } from '#app/sync/klaviyo-login/end-login.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { Settings } from '#app/ui/settings/settings.tsx'
import { toast } from '#app/ui/toast.ts'
import { useForecast } from './forecast/use-forecast.ts'
import { pageMeta } from './language/page-sentences.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { jsonOf, parseForm } from './parse/parse-form.ts'
import { saveForm } from './settings/setting-door.ts'
import { useKlaviyoLogin } from './settings/use-klaviyo-login.ts'
import { useSaving } from './settings/use-saving.ts'
import { useSupportFile } from './support/use-support-file.ts'

export const meta = pageMeta('settings')

export async function loader({ request }: LoaderFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const now = databaseNow()
  const [view, loginView] = await Promise.all([
    loadConnection(shop),
    loadLogin(shop, { userId: sessionToken?.sub ?? null, isOffered: config.klaviyoOAuth !== null }, now),
  ])
  return { view, loginView, asOf: now.toISOString(), privacyPolicy: config.privacyPolicyUrl }
}

/** One of those that the operator registered in the app at Klaviyo (routes/klaviyo.callback.tsx). */
const REDIRECT_URI = new URL('/klaviyo/callback', config.shopify.appUrl).href

const Intent = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('connect'),
    key: z.string().max(1_000),
    sharing: jsonOf(sharingShape).optional(),
    first: z.enum(['sync', 'choose']).optional(),
  }),
  z.object({ intent: z.literal('begin_login'), first: z.enum(['sync', 'choose']) }),
  z.object({
    intent: z.literal('end_login'),
    ticket: z.string().max(100),
    sharing: jsonOf(sharingShape).optional(),
    account: z.enum(['change', 'keep']).optional(),
  }),
  z.object({ intent: z.literal('forget_login') }),
  z.object({ intent: z.literal('disconnect') }),
  saveForm('syncing'),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  // A login is ended by who began it (decision 068). Shopify names the member of staff in every token of an embedded page.
  const userId = sessionToken?.sub ?? ''
  const asked = await parseForm(request, Intent)
  const now = databaseNow()
  switch (asked.intent) {
    case 'connect':
      await keepWithinLimit(shop, 'connect')
      return connectKlaviyo(shop, asked.key, now, asked.sharing ?? null, asked.first)
    case 'begin_login':
      return beginLogin(shop, { userId, first: asked.first, redirectUri: REDIRECT_URI }, now)
    case 'end_login': {
      await keepWithinLimit(shop, 'connect')
      const { ticket, sharing = null, account = null } = asked
      return endLogin(shop, { userId, ticket, sharing, account, redirectUri: REDIRECT_URI }, now)
    }
    case 'forget_login':
      await forgetUnreturned(shop, userId)
      return { kind: 'forgotten' as const }
    case 'disconnect':
      await disconnectKlaviyo(shop, now)
      return { kind: 'disconnected' as const }
    case 'save':
      return saveSetting(shop, 'syncing', { version: asked.version, choice: asked.choice, now })
  }
}

export const headers = boundary.headers

export default function SettingsPage() {
  const { t } = useTranslation()
  const { view, loginView, asOf, privacyPolicy } = useLoaderData<typeof loader>()
  const forecast = useForecast(view.connection.kind === 'none' ? 'first' : null)
  // A fetcher for each request, so that no answer replaces another's.
  const connecting = useFetcher<typeof connectKlaviyo>()
  const navigate = useNavigate()
  const disconnecting = useFetcher<{ kind: 'disconnected' }>()

  const login = useKlaviyoLogin()

  // Who connects to choose first goes on in the setup guide, once this page has been read again: that would be broken off.
  const [first, setFirst] = useState<FirstSync>('sync')
  const isConnected = connecting.state === 'idle' && connecting.data?.kind === 'connected'
  const choosesNow =
    (isConnected && first === 'choose') ||
    (!login.ending && login.outcome?.kind === 'connected' && login.outcome.first === 'choose')
  useEffect(() => {
    if (choosesNow) navigate(pages.home)
  }, [choosesNow, navigate])

  useEffect(() => {
    if (disconnecting.data?.kind === 'disconnected') toast(t('connection.disconnected'))
  }, [disconnecting.data, t])

  return (
    <AppPage title={t('pages.settings')}>
      <Settings
        view={view}
        loginView={loginView}
        asOf={asOf}
        privacyPolicy={privacyPolicy}
        forecast={forecast}
        actions={{
          connect: (key, sharing, first) => {
            setFirst(first)
            connecting.submit(
              { intent: 'connect', key, first, ...(sharing && { sharing: JSON.stringify(sharing) }) },
              { method: 'post' },
            )
          },
          connecting: connecting.state !== 'idle',
          outcome: connecting.data ?? null,
          login,
          disconnect: () => disconnecting.submit({ intent: 'disconnect' }, { method: 'post' }),
          disconnecting: disconnecting.state !== 'idle',
        }}
        syncing={useSaving()}
        support={useSupportFile()}
      />
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
