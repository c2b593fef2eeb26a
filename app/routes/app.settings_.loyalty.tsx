import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useFetcher, useLoaderData } from '@remix-run/react'
import { Page } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { loyaltySchema } from '#app/core/profile/loyalty-in-force.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadLoyalty } from '#app/sync/report/load-loyalty.ts'
import { saveLoyalty } from '#app/sync/status/save-loyalty.ts'
import { pageNames, pageTitle } from '#app/ui/copy/pages.ts'
import { LoyaltyPage } from '#app/ui/loyalty/loyalty-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { useChangeToast } from '#app/ui/use-change-toast.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { jsonOf, parseForm, version } from './parse/parse-form.ts'

export const meta: MetaFunction = () => [{ title: pageTitle('loyalty') }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return { view: await loadLoyalty(shopDomain.parse(session.shop)) }
}

const Asked = z.object({ version, choice: jsonOf(loyaltySchema) })

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const { version, choice } = await parseForm(request, Asked)
  return saveLoyalty(shopDomain.parse(session.shop), { version, choice, now: databaseNow() })
}

export const headers = boundary.headers

export default function LoyaltyRoute() {
  const { view } = useLoaderData<typeof loader>()
  const saving = useFetcher<typeof saveLoyalty>()

  useChangeToast(saving.data)

  return (
    <Page title={pageNames.loyalty} backAction={{ content: pageNames.settings, url: pages.settings }}>
      <LoyaltyPage
        view={view}
        actions={{
          save: (version, choice) => saving.submit({ version, choice: JSON.stringify(choice) }, { method: 'post' }),
          saving: saving.state !== 'idle',
          answer: saving.state === 'idle' ? (saving.data ?? null) : null,
        }}
      />
    </Page>
  )
}

export const ErrorBoundary = PageFailure
