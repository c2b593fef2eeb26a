import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import { useFetcher, useLoaderData } from '@remix-run/react'
import { Page } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { mappingShape } from '#app/core/profile/mapping.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadMapping } from '#app/sync/report/load-mapping.ts'
import { previewMapping } from '#app/sync/report/preview-mapping.ts'
import { saveMapping } from '#app/sync/status/save-mapping.ts'
import { pageNames, pageTitle } from '#app/ui/copy/pages.ts'
import { MappingPage } from '#app/ui/mapping/mapping-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { useChangeToast } from '#app/ui/use-change-toast.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { jsonOf, parseForm, version } from './parse/parse-form.ts'

export const meta: MetaFunction = () => [{ title: pageTitle('mapping') }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return { view: await loadMapping(shopDomain.parse(session.shop)) }
}

const mapping = jsonOf(mappingShape)

const Intent = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('save'), version, mapping }),
  z.object({ intent: z.literal('preview'), query: z.string().max(500), mapping }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const asked = await parseForm(request, Intent)
  switch (asked.intent) {
    case 'save':
      return saveMapping(shop, { version: asked.version, mapping: asked.mapping, now: databaseNow() })
    case 'preview':
      return previewMapping(shop, { query: asked.query, mapping: asked.mapping })
  }
}

export const headers = boundary.headers

/** A preview changes nothing: the loader does not have to run again. */
export function shouldRevalidate({
  formData,
  defaultShouldRevalidate,
}: {
  formData?: FormData
  defaultShouldRevalidate: boolean
}): boolean {
  return formData?.get('intent') === 'preview' ? false : defaultShouldRevalidate
}

export default function MappingRoute() {
  const { view } = useLoaderData<typeof loader>()
  // A fetcher for each request, so that no answer replaces another's.
  const saving = useFetcher<typeof saveMapping>()
  const previewing = useFetcher<typeof previewMapping>()

  useChangeToast(saving.data)

  return (
    <Page title={pageNames.mapping} backAction={{ content: pageNames.settings, url: pages.settings }}>
      <MappingPage
        view={view}
        actions={{
          save: (version, mapping) =>
            saving.submit({ intent: 'save', version, mapping: JSON.stringify(mapping) }, { method: 'post' }),
          saving: saving.state !== 'idle',
          answer: saving.state === 'idle' ? (saving.data ?? null) : null,
          preview: (query, mapping) =>
            previewing.submit({ intent: 'preview', query, mapping: JSON.stringify(mapping) }, { method: 'post' }),
          previewing: previewing.state !== 'idle',
          previewed: previewing.data ?? null,
        }}
      />
    </Page>
  )
}

export const ErrorBoundary = PageFailure
