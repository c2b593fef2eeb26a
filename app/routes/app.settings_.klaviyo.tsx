import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useFetcher, useLoaderData } from '@remix-run/react'
import { Page } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { destinationSchema } from '#app/core/settings/destination.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadDestination } from '#app/sync/report/load-destination.ts'
import { saveDestination } from '#app/sync/status/save-destination.ts'
import { pageNames, pageTitle } from '#app/ui/copy/pages.ts'
import { DestinationPage } from '#app/ui/destination/destination-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { useChangeToast } from '#app/ui/use-change-toast.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { jsonOf, parseForm, version } from './parse/parse-form.ts'

export const meta: MetaFunction = () => [{ title: pageTitle('destination') }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return { view: await loadDestination(shopDomain.parse(session.shop), databaseNow()) }
}

const Intent = z.object({ intent: z.literal('save'), version, destination: jsonOf(destinationSchema) })

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const { version, destination } = await parseForm(request, Intent)
  return saveDestination(shopDomain.parse(session.shop), { version, destination, now: databaseNow() })
}

export const headers = boundary.headers

export default function DestinationRoute() {
  const { view } = useLoaderData<typeof loader>()
  const saving = useFetcher<typeof saveDestination>()

  useChangeToast(saving.data)

  return (
    <Page title={pageNames.destination} backAction={{ content: pageNames.settings, url: pages.settings }}>
      <DestinationPage
        view={view}
        actions={{
          save: (version, destination) =>
            saving.submit({ intent: 'save', version, destination: JSON.stringify(destination) }, { method: 'post' }),
          saving: saving.state !== 'idle',
          answer: saving.state === 'idle' ? (saving.data ?? null) : null,
        }}
      />
    </Page>
  )
}

export const ErrorBoundary = PageFailure
