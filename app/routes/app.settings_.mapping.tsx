import { useFetcher, useLoaderData, useRevalidator } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import type { MappingPreview } from '#app/core/report/mapping-view.ts'
import { previewMapping } from '#app/sync/report/preview-mapping.ts'
import { MappingPage } from '#app/ui/mapping/mapping-page.tsx'
import { pageMeta } from './language/page-sentences.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { choiceField, settingAction, settingLoader } from './settings/setting-door.ts'
import { SettingFrame } from './settings/setting-frame.tsx'
import { afterSaving, useSaving, useTryOut } from './settings/use-saving.ts'

export const meta = pageMeta('mapping')
export const loader = settingLoader('mapping')
export const action = settingAction('mapping', {
  form: z.object({ intent: z.literal('preview'), query: z.string().max(500), choice: choiceField('mapping') }),
  answer: async (shop, { query, choice: mapping }) => {
    await keepWithinLimit(shop, 'preview')
    return previewMapping(shop, { query, mapping })
  },
})
export const headers = boundary.headers
export const shouldRevalidate = afterSaving

export default function MappingRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  // A fetcher of its own, so that no answer replaces another's.
  const previewing = useFetcher<MappingPreview>()
  const { revalidate, state } = useRevalidator()
  const actions = {
    ...useSaving(),
    trying: useTryOut('mapping'),
    lookAgain: revalidate,
    looking: state === 'loading',
    preview: (query: string, mapping: unknown) =>
      previewing.submit({ intent: 'preview', query, choice: JSON.stringify(mapping) }, { method: 'post' }),
    previewing: previewing.state !== 'idle',
    previewed: previewing.data ?? null,
  }
  return (
    <SettingFrame name="mapping" asOf={asOf} timeZone={view.timeZone}>
      <MappingPage view={view} actions={actions} />
    </SettingFrame>
  )
}

export const ErrorBoundary = PageFailure
