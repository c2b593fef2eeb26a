import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useFetcher, useLoaderData, useRevalidator } from '@remix-run/react'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadConnection } from '#app/sync/report/load-connection.ts'
import { loadRun } from '#app/sync/report/load-run.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { confirmRun } from '#app/sync/status/confirm-run.ts'
import { runsPollIntervalMs } from '#app/ui/card/poll-interval.ts'
import { cancelToast, runNameOf } from '#app/ui/copy/runs.ts'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { pages } from '#app/ui/pages.ts'
import { RunDetails } from '#app/ui/runs/run-details.tsx'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { toast } from '#app/ui/toast.ts'
import { usePolling } from '#app/ui/use-polling.ts'
import { pageMeta } from './language/page-sentences.ts'
import { lastSeenOf } from './last-seen/last-seen.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { parseForm } from './parse/parse-form.ts'

export const meta = pageMeta('activity')

export async function loader({ request, params }: LoaderFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const [page, { integration }] = await Promise.all([
    loadRun(shop, params.run ?? '', { viewer: sessionToken?.sub ?? null, now: databaseNow() }),
    loadConnection(shop),
  ])
  if (page === null) throw new Response(null, { status: 404 })
  return { shop, page, nightly: integration.nightlyReconcile, notRefreshed: false }
}

const lastSeen = lastSeenOf<Awaited<ReturnType<typeof loader>>>()

export async function clientLoader({ request, serverLoader }: ClientLoaderFunctionArgs) {
  return lastSeen.read(request, () => serverLoader<typeof loader>())
}

const run = z.string().min(1).max(100)
const Intent = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('cancel_run'), run }),
  z.object({ intent: z.literal('confirm_run'), run }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const asked = await parseForm(request, Intent)
  const answer = { run: asked.run, by: sessionToken?.sub ?? null, now: databaseNow() }
  return (asked.intent === 'cancel_run' ? cancelRun : confirmRun)(shopDomain.parse(session.shop), answer)
}

export const headers = boundary.headers

export default function RunPage() {
  const { t } = useTranslation()
  const seen = useLoaderData<typeof clientLoader>()
  const { shop, page, nightly, notRefreshed } = seen
  const { run, asOf, timeZone } = page
  const { revalidate, state } = useRevalidator()
  const cancel = useFetcher<typeof cancelRun>()
  const busy = state !== 'idle' || cancel.state !== 'idle'
  usePolling({ everyMs: runsPollIntervalMs([run]), refresh: revalidate, busy })
  lastSeen.useKept(seen)

  useEffect(() => {
    const words = cancel.data && cancelToast(t, cancel.data)
    if (words) toast(words)
  }, [cancel.data, t])

  return (
    <AppPage title={t(`runs.names.${runNameOf(run)}`)} back={{ content: t('pages.activity'), url: pages.activity }}>
      <ShopClock asOf={asOf} timeZone={timeZone}>
        <RunDetails
          shop={shop}
          run={run}
          nightly={nightly}
          notRefreshed={notRefreshed}
          cancelling={{
            cancel: (asked) => cancel.submit({ intent: 'cancel_run', run: asked }, { method: 'post' }),
            confirm: (asked) => cancel.submit({ intent: 'confirm_run', run: asked }, { method: 'post' }),
            cancelling: cancel.state !== 'idle',
            answer: cancel.data ?? null,
          }}
        />
      </ShopClock>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
