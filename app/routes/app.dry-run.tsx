import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { useFetcher, useLoaderData, useRevalidator } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { customerNumber, shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { cancelDryRun } from '#app/sync/dry-run/cancel-dry-run.ts'
import { carryOutDryRun } from '#app/sync/dry-run/carry-out-dry-run.ts'
import { compareExample } from '#app/sync/dry-run/compare-example.ts'
import { loadDryRun } from '#app/sync/dry-run/load-dry-run.ts'
import { startDryRun } from '#app/sync/dry-run/start-dry-run.ts'
import { DryRunDetails } from '#app/ui/dry-run/dry-run-view.tsx'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { usePolling } from '#app/ui/use-polling.ts'
import { afterMoreThanReading } from './customers/after-more-than-reading.ts'
import { useLiveNames } from './customers/use-live-names.ts'
import { carryingOutRefusal, startRefusal } from './dry-run/refusals.ts'
import { pageMeta } from './language/page-sentences.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { jsonOf, parseForm } from './parse/parse-form.ts'

export const meta = pageMeta('dryRun')

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return loadDryRun(shopDomain.parse(session.shop), databaseNow())
}

const Intent = z.discriminatedUnion('intent', [
  z.object({
    intent: z.literal('start'),
    subject: z.enum(['full', 'audience', 'mapping', 'destination']),
    choice: jsonOf(z.unknown()).optional(),
  }),
  z.object({ intent: z.literal('cancel') }),
  z.object({ intent: z.literal('carry_out'), id: z.uuid() }),
  z.object({ intent: z.literal('compare'), customer: customerNumber }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const by = sessionToken?.sub ?? null
  const asked = await parseForm(request, Intent)
  const now = databaseNow()
  switch (asked.intent) {
    case 'start':
      await keepWithinLimit(shop, 'dry_run')
      return startDryRun(shop, { subject: asked.subject, choice: asked.choice, version: null, by, now })
    case 'cancel':
      return cancelDryRun(shop, now)
    case 'carry_out':
      return carryOutDryRun(shop, { id: asked.id, by, now })
    case 'compare':
      await keepWithinLimit(shop, 'compare')
      return compareExample(shop, asked.customer, now)
  }
}

export const shouldRevalidate = afterMoreThanReading('compare')
export const headers = boundary.headers

const WHILE_IT_MOVES_MS = 2_000
const AT_REST_MS = 30_000

export default function DryRunRoute() {
  const { t } = useTranslation()
  const page = useLoaderData<typeof loader>()
  const { revalidate, state } = useRevalidator()
  // A fetcher for each request, so that no answer replaces another's.
  const starting = useFetcher<typeof startDryRun>()
  const cancelling = useFetcher<typeof cancelDryRun>()
  const carrying = useFetcher<typeof carryOutDryRun>()
  const comparing = useFetcher<typeof compareExample>()
  const [compared, setCompared] = useState<string | null>(null)
  const names = useLiveNames(page.dry?.state === 'finished' ? page.dry.examples : [])
  const busy = [starting, cancelling, carrying].some((fetcher) => fetcher.state !== 'idle')
  const isOpen = page.dry !== null && page.dry.endedAt === null
  usePolling({ everyMs: isOpen ? WHILE_IT_MOVES_MS : AT_REST_MS, refresh: revalidate, busy: busy || state !== 'idle' })
  const post = { method: 'post' } as const
  return (
    <AppPage title={t('pages.dryRun')} back={{ content: t('pages.home'), url: pages.home }}>
      <ShopClock asOf={page.asOf} timeZone={page.timeZone}>
        <DryRunDetails
          page={page}
          actions={{
            tryFull: () => starting.submit({ intent: 'start', subject: 'full' }, post),
            cancel: () => cancelling.submit({ intent: 'cancel' }, post),
            carryOut: (id) => carrying.submit({ intent: 'carry_out', id }, post),
            busy,
            refusal: startRefusal(t, starting.data) ?? carryingOutRefusal(t, carrying.data),
            names,
            compare: (customer) => {
              setCompared(customer)
              comparing.submit({ intent: 'compare', customer }, post)
            },
            comparing: comparing.state !== 'idle',
            compared:
              compared !== null && comparing.state === 'idle' && comparing.data
                ? { customerId: compared, live: comparing.data }
                : null,
          }}
        />
      </ShopClock>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
