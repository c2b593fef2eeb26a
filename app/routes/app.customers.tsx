import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useLoaderData, useNavigate } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { listOrders } from '#app/core/report/list-cursor.ts'
import { unsyncedReasons } from '#app/core/report/unsynced-customers.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { retryList, syncNow } from '#app/sync/intake/sync-now.ts'
import { countLists } from '#app/sync/report/count-lists.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadTimeZone } from '#app/sync/report/load-time-zone.ts'
import { readNames } from '#app/sync/report/read-names.ts'
import { searchForCustomers } from '#app/sync/report/search-customers.ts'
import { CustomersView } from '#app/ui/customers/customers-view.tsx'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { customersPage } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { afterMoreThanReading } from './customers/after-more-than-reading.ts'
import { customerNumbers } from './customers/customer-numbers.ts'
import { looksLikePhone } from './customers/looks-like-phone.ts'
import { useCustomerSearch } from './customers/use-customer-search.ts'
import { useExport } from './customers/use-export.ts'
import { useListMoves } from './customers/use-list-moves.ts'
import { useLiveNames } from './customers/use-live-names.ts'
import { useSyncNow } from './customers/use-sync-now.ts'
import { pageMeta } from './language/page-sentences.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { parseForm } from './parse/parse-form.ts'

const CUSTOMERS_A_PAGE = 25

export const meta = pageMeta('customers')

const cursor = z.string().min(1).max(200).nullable().catch(null)
const Asked = z.object({
  reason: z.enum(unsyncedReasons).catch('no_email'),
  order: z.enum(listOrders).catch('newest'),
  after: cursor.default(null),
  before: cursor.default(null),
  run: z.uuid().nullable().catch(null),
})

/** Everything but the names, which come afterwards: the page stands even while Shopify does not answer. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const asked = Asked.parse(Object.fromEntries(new URL(request.url).searchParams))
  const now = databaseNow()
  const [page, counts, timeZone] = await Promise.all([
    listUnsyncedCustomers(shop, { ...asked, limit: CUSTOMERS_A_PAGE }, now),
    countLists(shop, now),
    loadTimeZone(shop),
  ])
  const { reason, order, run } = asked
  const isPhone = looksLikePhone(request.headers)
  return { shop, reason, order, run, page, counts, timeZone, isPhone, asOf: now.toISOString() }
}

const Intent = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('names'), ids: customerNumbers }),
  // In the body of the request, because what is typed is personal data: addresses are seen by proxies, and kept in histories.
  z.object({ intent: z.literal('search'), text: z.string() }),
  z.object({ intent: z.literal('sync_now'), ids: customerNumbers }),
  z.object({ intent: z.literal('retry'), reason: z.enum(unsyncedReasons) }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const asked = await parseForm(request, Intent)
  await keepWithinLimit(shop, asked.intent === 'retry' ? 'retry_list' : asked.intent)
  switch (asked.intent) {
    case 'names':
      return readNames(shop, asked.ids)
    case 'search':
      return searchForCustomers(shop, asked.text)
    case 'sync_now':
      return syncNow(shop, asked.ids, databaseNow())
    case 'retry':
      return retryList(shop, asked.reason, databaseNow())
  }
}

/** What only reads does not change the list. */
export const shouldRevalidate = afterMoreThanReading('names', 'search')

export const headers = boundary.headers

export default function CustomersPage() {
  const { t } = useTranslation()
  const { shop, reason, order, run, page, counts, timeZone, isPhone, asOf } = useLoaderData<typeof loader>()
  const navigate = useNavigate()
  const live = useLiveNames(page.customers)
  const search = useCustomerSearch()
  const sync = useSyncNow()
  const exporting = useExport({ shop, reason, run })
  const pagination = useListMoves({ reason, run, order, page })
  return (
    <AppPage title={t('pages.customers')} subtitle={t('customers.subtitle')}>
      <ShopClock asOf={asOf} timeZone={timeZone}>
        <CustomersView
          list={{ reason, order, page, counts }}
          live={live}
          search={search}
          sync={sync}
          exporting={exporting}
          isPhone={isPhone}
          onList={(chosen) => navigate(customersPage(chosen, { order }))}
          onOrder={(chosen) => navigate(customersPage(reason, { run, order: chosen }))}
          {...pagination}
        />
      </ShopClock>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
