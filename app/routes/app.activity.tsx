import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useFetcher, useLoaderData, useRevalidator } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { readAllBack, stopReadBack } from '#app/sync/read-back/read-all-back.ts'
import { listActivity } from '#app/sync/report/list-activity.ts'
import { loadReadBacks } from '#app/sync/report/load-read-backs.ts'
import { RecentActivity } from '#app/ui/activity/recent-activity.tsx'
import { runsPollIntervalMs } from '#app/ui/card/poll-interval.ts'
import { readBackToast } from '#app/ui/copy/read-back.ts'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { activityPage } from '#app/ui/pages.ts'
import { toast } from '#app/ui/toast.ts'
import { usePolling } from '#app/ui/use-polling.ts'
import { pageMeta } from './language/page-sentences.ts'
import { lastSeenOf } from './last-seen/last-seen.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { usePagination } from './paging/use-pagination.ts'
import { parseForm } from './parse/parse-form.ts'

const ENTRIES_A_PAGE = 25

export const meta = pageMeta('activity')

const cursor = z.string().min(1).max(200).nullable().catch(null)

export async function loader({ request }: LoaderFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const after = cursor.parse(new URL(request.url).searchParams.get('after'))
  const viewer = sessionToken?.sub ?? null
  const now = databaseNow()
  const [page, readBacks] = await Promise.all([
    listActivity(shop, { after, limit: ENTRIES_A_PAGE, viewer, now }),
    after === null ? loadReadBacks(shop, now) : null,
  ])
  return { shop, after, page, readBacks, notRefreshed: false }
}

const Intent = z.union([
  z.object({ intent: z.literal('read_all_back') }),
  z.object({ intent: z.literal('stop_read_back') }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const { intent } = await parseForm(request, Intent)
  const asked = { by: sessionToken?.sub ?? null, now: databaseNow() }
  if (intent === 'stop_read_back') return stopReadBack(shop, asked)
  await keepWithinLimit(shop, 'read_back')
  return readAllBack(shop, asked)
}

const lastSeen = lastSeenOf<Awaited<ReturnType<typeof loader>>>()

export async function clientLoader({ request, serverLoader }: ClientLoaderFunctionArgs) {
  return lastSeen.read(request, () => serverLoader<typeof loader>())
}

export const headers = boundary.headers

export default function ActivityPage() {
  const { t } = useTranslation()
  const seen = useLoaderData<typeof clientLoader>()
  const { shop, after, page, readBacks, notRefreshed } = seen
  const { revalidate, state } = useRevalidator()
  const pagination = usePagination({ after, next: page.next, pageAfter: activityPage })
  const runs = page.entries.flatMap((entry) => (entry.kind === 'run' ? [entry.run] : []))
  const readBack = useFetcher<typeof action>()
  const busy = state !== 'idle' || readBack.state !== 'idle'
  const moving = readBacks?.open && readBacks.open.waits === null ? [{ state: 'reading' } as const] : []
  usePolling({ everyMs: runsPollIntervalMs([...runs, ...moving]), refresh: revalidate, busy })
  lastSeen.useKept(seen)

  useEffect(() => {
    if (readBack.data) toast(readBackToast(t, readBack.data))
  }, [readBack.data, t])

  return (
    <AppPage title={t('activity.title')} subtitle={t('activity.subtitle')}>
      <RecentActivity
        shop={shop}
        page={page}
        readBacks={readBacks}
        readBackActions={{
          start: () => readBack.submit({ intent: 'read_all_back' }, { method: 'post' }),
          stop: () => readBack.submit({ intent: 'stop_read_back' }, { method: 'post' }),
          busy: readBack.state !== 'idle',
        }}
        notRefreshed={notRefreshed}
        {...pagination}
      />
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
