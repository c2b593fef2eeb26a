import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useFetcher, useLoaderData } from '@remix-run/react'
import { Page } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { deliverySchema } from '#app/core/flow/delivery-choice.ts'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadDelivery } from '#app/sync/report/load-delivery.ts'
import { saveDelivery } from '#app/sync/status/save-delivery.ts'
import { pageNames, pageTitle } from '#app/ui/copy/pages.ts'
import { DestinationPage } from '#app/ui/destination/destination-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { useChangeToast } from '#app/ui/use-change-toast.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { jsonOf, parseForm, version } from './parse/parse-form.ts'

export const meta: MetaFunction = () => [{ title: pageTitle('destination') }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return { view: await loadDelivery(shopDomain.parse(session.shop), databaseNow()) }
}

const Intent = z.object({ intent: z.literal('save'), version, delivery: jsonOf(deliverySchema) })

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const { version, delivery } = await parseForm(request, Intent)
  return saveDelivery(shopDomain.parse(session.shop), { version, delivery, now: databaseNow() })
}

export const headers = boundary.headers

export default function DeliveryRoute() {
  const { view } = useLoaderData<typeof loader>()
  const saving = useFetcher<typeof saveDelivery>()

  useChangeToast(saving.data)

  return (
    <Page title={pageNames.destination} backAction={{ content: pageNames.settings, url: pages.settings }}>
      <DestinationPage
        view={view}
        actions={{
          save: (version, delivery) =>
            saving.submit({ intent: 'save', version, delivery: JSON.stringify(delivery) }, { method: 'post' }),
          saving: saving.state !== 'idle',
          answer: saving.state === 'idle' ? (saving.data ?? null) : null,
        }}
      />
    </Page>
  )
}

export const ErrorBoundary = PageFailure
