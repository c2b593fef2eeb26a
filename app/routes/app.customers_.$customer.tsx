import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { customerNumber, shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { compareCustomer } from '#app/sync/report/compare-customer.ts'
import { loadCustomer } from '#app/sync/report/load-customer.ts'
import { loadTimeZone } from '#app/sync/report/load-time-zone.ts'
import { CustomerDetails } from '#app/ui/customers/customer-details.tsx'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { usePolling } from '#app/ui/use-polling.ts'
import { afterMoreThanReading } from './customers/after-more-than-reading.ts'
import { useComparison } from './customers/use-comparison.ts'
import { useSyncNow } from './customers/use-sync-now.ts'
import { pageMeta } from './language/page-sentences.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { parseForm } from './parse/parse-form.ts'

/** The title holds no name: it is kept in the browser's history. */
export const meta: MetaFunction = pageMeta('customer')

function numberIn({ customer }: LoaderFunctionArgs['params']) {
  const parsed = customerNumber.safeParse(customer)
  if (!parsed.success) throw new Response(null, { status: 404 })
  return parsed.data
}

/** What is recorded. What Shopify and Klaviyo have comes afterwards. */
export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const [view, timeZone] = await Promise.all([loadCustomer(shop, numberIn(params)), loadTimeZone(shop)])
  return { shop, view, timeZone, asOf: databaseNow().toISOString() }
}

const Intent = z.object({ intent: z.literal('compare') })

export async function action({ request, params }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  await parseForm(request, Intent)
  await keepWithinLimit(shop, 'compare')
  return compareCustomer(shop, numberIn(params), databaseNow())
}

export const shouldRevalidate = afterMoreThanReading('compare')

export const headers = boundary.headers

/** While the customer waits, the page looks again this often, in milliseconds. */
const WAITING_MS = 2_000
const OTHERWISE_MS = 30_000

export default function CustomerPage() {
  const { t } = useTranslation()
  const { shop, view, timeZone, asOf } = useLoaderData<typeof loader>()
  const { customerId } = view.customer
  const comparison = useComparison(customerId, view.request?.at ?? view.readAt)
  const sync = useSyncNow()
  usePolling({
    everyMs: view.waiting ? WAITING_MS : OTHERWISE_MS,
    refresh: comparison.lookAgain,
    busy: sync.busy || comparison.looking,
  })
  const name = comparison.live?.shopify.kind === 'found' ? comparison.live.shopify.name : null
  return (
    <AppPage
      title={name || t('customer.title', { number: customerId })}
      back={{ content: t('pages.customers'), url: pages.customers }}
    >
      <ShopClock asOf={asOf} timeZone={timeZone}>
        <CustomerDetails shop={shop} view={view} comparison={comparison} sync={sync} />
      </ShopClock>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
