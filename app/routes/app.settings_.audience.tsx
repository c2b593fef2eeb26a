import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useFetcher, useLoaderData } from '@remix-run/react'
import { Page } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { audienceShape } from '#app/core/settings/audience.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { countMatching } from '#app/sync/report/count-customers.ts'
import { loadAudience } from '#app/sync/report/load-audience.ts'
import { saveAudience } from '#app/sync/status/save-audience.ts'
import { AudiencePage } from '#app/ui/audience/audience-page.tsx'
import { pageNames, pageTitle } from '#app/ui/copy/pages.ts'
import { pages } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { useChangeToast } from '#app/ui/use-change-toast.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { jsonOf, parseForm, version } from './parse/parse-form.ts'

export const meta: MetaFunction = () => [{ title: pageTitle('audience') }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return { view: await loadAudience(shopDomain.parse(session.shop)), asOf: databaseNow().toISOString() }
}

const audience = jsonOf(audienceShape)

const Intent = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('save'), version, audience }),
  z.object({ intent: z.literal('count'), again: z.enum(['true', 'false']), audience }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const asked = await parseForm(request, Intent)
  switch (asked.intent) {
    case 'save':
      return saveAudience(shop, { version: asked.version, audience: asked.audience, now: databaseNow() })
    case 'count': {
      const { audience, again } = asked
      const clock = databaseNow
      return countMatching(shop, { audience, again: again === 'true', clock, signal: request.signal })
    }
  }
}

export const headers = boundary.headers

/** A count changes nothing: the loader does not have to run again. */
export function shouldRevalidate({
  formData,
  defaultShouldRevalidate,
}: {
  formData?: FormData
  defaultShouldRevalidate: boolean
}): boolean {
  return formData?.get('intent') === 'count' ? false : defaultShouldRevalidate
}

export default function AudienceRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  // A fetcher for each request, so that no answer replaces another's.
  const saving = useFetcher<typeof saveAudience>()
  const counting = useFetcher<typeof countMatching>()

  useChangeToast(saving.data)

  return (
    <Page title={pageNames.audience} backAction={{ content: pageNames.settings, url: pages.settings }}>
      <ShopClock asOf={asOf} timeZone={view.timeZone}>
        <AudiencePage
          view={view}
          actions={{
            save: (version, audience) =>
              saving.submit({ intent: 'save', version, audience: JSON.stringify(audience) }, { method: 'post' }),
            saving: saving.state !== 'idle',
            answer: saving.state === 'idle' ? (saving.data ?? null) : null,
            count: (audience, again) =>
              counting.submit({ intent: 'count', again, audience: JSON.stringify(audience) }, { method: 'post' }),
            counting: counting.state !== 'idle',
            counted: counting.data ?? null,
          }}
        />
      </ShopClock>
    </Page>
  )
}

export const ErrorBoundary = PageFailure
