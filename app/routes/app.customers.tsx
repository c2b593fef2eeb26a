import type { LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { unsyncedReasons } from '#app/core/report/unsynced-customers.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { customersCopy } from '#app/ui/copy/customers.ts'
import { UnsyncedCustomers } from '#app/ui/customers/unsynced-customers.tsx'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { customersPage } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { pageMeta } from './language/page-sentences.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { usePagination } from './paging/use-pagination.ts'

const CUSTOMERS_A_PAGE = 25

export const meta = pageMeta('customers')

const Asked = z.object({
  reason: z.enum(unsyncedReasons).catch('no_email'),
  after: z.string().min(1).max(200).nullable().catch(null),
  run: z.uuid().nullable().catch(null),
})

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const { searchParams } = new URL(request.url)
  const { reason, after, run } = Asked.parse(Object.fromEntries(searchParams))
  const [page, { timeZone }] = await Promise.all([
    listUnsyncedCustomers(shop, { reason, run, after, limit: CUSTOMERS_A_PAGE }),
    loadConnection(shop),
  ])
  return { shop, reason, run, after, page, timeZone, asOf: databaseNow().toISOString() }
}

export const headers = boundary.headers

export default function CustomersPage() {
  const { t } = useTranslation()
  const { shop, reason, run, after, page, timeZone, asOf } = useLoaderData<typeof loader>()
  const pagination = usePagination({
    after,
    next: page.next,
    pageAfter: (cursor) => customersPage(reason, cursor, run),
  })

  return (
    <AppPage title={t('pages.customers')} subtitle={customersCopy.subtitle}>
      <ShopClock asOf={asOf} timeZone={timeZone}>
        <UnsyncedCustomers shop={shop} reason={reason} page={page} {...pagination} />
      </ShopClock>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
