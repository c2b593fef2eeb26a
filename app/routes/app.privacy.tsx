import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useTranslation } from 'react-i18next'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { listDataRequests } from '#app/sync/report/list-data-requests.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { DataRequests } from '#app/ui/privacy/data-requests.tsx'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { pageMeta } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'

export const meta = pageMeta('privacy')

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const [requests, { timeZone }] = await Promise.all([listDataRequests(shop), loadConnection(shop)])
  return { shop, requests, timeZone, asOf: databaseNow().toISOString() }
}

export const headers = boundary.headers

export default function PrivacyPage() {
  const { t } = useTranslation()
  const { shop, requests, timeZone, asOf } = useLoaderData<typeof loader>()
  return (
    <AppPage
      title={t('pages.privacy')}
      subtitle={t('privacy.subtitle')}
      back={{ content: t('pages.settings'), url: pages.settings }}
    >
      <ShopClock asOf={asOf} timeZone={timeZone}>
        <DataRequests shop={shop} requests={requests} />
      </ShopClock>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
