import type { LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useLoaderData, useRevalidator } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { listActivity } from '#app/sync/report/list-activity.ts'
import { RecentActivity } from '#app/ui/activity/recent-activity.tsx'
import { runsPollIntervalMs } from '#app/ui/card/poll-interval.ts'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { activityPage } from '#app/ui/pages.ts'
import { usePolling } from '#app/ui/use-polling.ts'
import { pageMeta } from './language/page-sentences.ts'
import { lastSeenOf } from './last-seen/last-seen.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { usePagination } from './paging/use-pagination.ts'

const ENTRIES_A_PAGE = 25

export const meta = pageMeta('activity')

const cursor = z.string().min(1).max(200).nullable().catch(null)

export async function loader({ request }: LoaderFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const after = cursor.parse(new URL(request.url).searchParams.get('after'))
  const viewer = sessionToken?.sub ?? null
  const page = await listActivity(shop, { after, limit: ENTRIES_A_PAGE, viewer, now: databaseNow() })
  return { shop, after, page, notRefreshed: false }
}

const lastSeen = lastSeenOf<Awaited<ReturnType<typeof loader>>>()

export async function clientLoader({ request, serverLoader }: ClientLoaderFunctionArgs) {
  return lastSeen.read(request, () => serverLoader<typeof loader>())
}

export const headers = boundary.headers

export default function ActivityPage() {
  const { t } = useTranslation()
  const seen = useLoaderData<typeof clientLoader>()
  const { shop, after, page, notRefreshed } = seen
  const { revalidate, state } = useRevalidator()
  const pagination = usePagination({ after, next: page.next, pageAfter: activityPage })
  const runs = page.entries.flatMap((entry) => (entry.kind === 'run' ? [entry.run] : []))
  usePolling({ everyMs: runsPollIntervalMs(runs), refresh: revalidate, busy: state !== 'idle' })
  lastSeen.useKept(seen)

  return (
    <AppPage title={t('activity.title')} subtitle={t('activity.subtitle')}>
      <RecentActivity shop={shop} page={page} notRefreshed={notRefreshed} {...pagination} />
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
