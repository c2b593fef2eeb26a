import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useFetcher, useLoaderData, useNavigate } from '@remix-run/react'
import { Page } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { sendWithoutPhone } from '#app/sync/identity/send-without-phone.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { conflictCopy } from '#app/ui/copy/conflict.ts'
import { customersCopy } from '#app/ui/copy/customers.ts'
import { pageNames, pageTitle } from '#app/ui/copy/pages.ts'
import { UnsyncedCustomers } from '#app/ui/customers/unsynced-customers.tsx'
import { customersPage, pages } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { toast } from '#app/ui/toast.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { useTurns } from './paging/use-turns.ts'
import { parseForm } from './parse/parse-form.ts'

const CUSTOMERS_A_PAGE = 25

export const meta: MetaFunction = () => [{ title: pageTitle('customers') }]

const Asked = z.object({
  reason: z
    .enum(['no_email', 'invalid_email', 'other', 'future_only', 'already_in_klaviyo', 'limit'])
    .catch('no_email'),
  after: z.string().min(1).max(200).nullable().catch(null),
})

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const { searchParams } = new URL(request.url)
  const { reason, after } = Asked.parse({ reason: searchParams.get('reason'), after: searchParams.get('after') })
  const [page, { timeZone }] = await Promise.all([
    listUnsyncedCustomers(shop, { reason, after, limit: CUSTOMERS_A_PAGE }),
    loadConnection(shop),
  ])
  return { shop, reason, after, page, timeZone, asOf: new Date().toISOString() }
}

const Intent = z.object({ intent: z.literal('send_without_phone'), customer: z.string().min(1).max(30) })

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const { customer } = await parseForm(request, Intent)
  return { sent: await sendWithoutPhone(shopDomain.parse(session.shop), customer) }
}

export const headers = boundary.headers

export default function CustomersPage() {
  const { shop, reason, after, page, timeZone, asOf } = useLoaderData<typeof loader>()
  const navigate = useNavigate()
  const settling = useFetcher<typeof action>()
  const turns = useTurns({ after, next: page.next, pageAfter: (cursor) => customersPage(reason, cursor) })

  useEffect(() => {
    if (settling.data) toast(settling.data.sent ? conflictCopy.sent : conflictCopy.notSent)
  }, [settling.data])

  return (
    <Page
      title={pageNames.customers}
      subtitle={customersCopy.subtitle}
      backAction={{ content: pageNames.home, url: pages.home }}
    >
      <ShopClock asOf={asOf} timeZone={timeZone}>
        <UnsyncedCustomers
          shop={shop}
          reason={reason}
          page={page}
          settle={{
            sendWithoutPhone: (customer) =>
              settling.submit({ intent: 'send_without_phone', customer }, { method: 'post' }),
            settling: String(settling.formData?.get('customer') ?? '') || null,
          }}
          onReason={(chosen) => navigate(customersPage(chosen))}
          {...turns}
        />
      </ShopClock>
    </Page>
  )
}

export const ErrorBoundary = PageFailure
