import { useFetcher, useLoaderData } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import { databaseNow } from '#app/store/clock.ts'
import { countMatching } from '#app/sync/report/count-customers.ts'
import { AudiencePage } from '#app/ui/audience/audience-page.tsx'
import { pageMeta } from './language/page-sentences.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { choiceField, settingAction, settingLoader } from './settings/setting-door.ts'
import { SettingFrame } from './settings/setting-frame.tsx'
import { afterSaving, useSaving, useTryOut } from './settings/use-saving.ts'

export const meta = pageMeta('audience')
export const loader = settingLoader('audience')
export const action = settingAction('audience', {
  form: z.object({ intent: z.literal('count'), again: z.enum(['true', 'false']), choice: choiceField('audience') }),
  answer: async (shop, { again, choice: audience }, { signal }) => {
    await keepWithinLimit(shop, 'count_customers')
    return countMatching(shop, { audience, again: again === 'true', clock: databaseNow, signal })
  },
})
export const headers = boundary.headers
export const shouldRevalidate = afterSaving

export default function AudienceRoute() {
  const { view, asOf } = useLoaderData<typeof loader>()
  // A fetcher of its own, so that no answer replaces another's.
  const counting = useFetcher<CustomerCount>()
  const actions = {
    ...useSaving(),
    trying: useTryOut('audience'),
    count: (audience: unknown, again: boolean) =>
      counting.submit({ intent: 'count', again, choice: JSON.stringify(audience) }, { method: 'post' }),
    counting: counting.state !== 'idle',
    counted: counting.data ?? null,
  }
  return (
    <SettingFrame name="audience" asOf={asOf} timeZone={view.timeZone}>
      <AudiencePage view={view} actions={actions} />
    </SettingFrame>
  )
}

export const ErrorBoundary = PageFailure
