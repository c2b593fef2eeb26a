import type { ActionFunctionArgs, LoaderFunctionArgs, MetaFunction } from '@remix-run/node'
import {
  type ClientLoaderFunctionArgs,
  isRouteErrorResponse,
  useFetcher,
  useLoaderData,
  useRevalidator,
} from '@remix-run/react'
import { Page } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { pollIntervalMs } from '#app/ui/card/poll-interval.ts'
import { SyncCard } from '#app/ui/card/sync-card.tsx'
import { fullSyncCopy } from '#app/ui/copy/full-sync.ts'
import { pageNames, pageTitle } from '#app/ui/copy/pages.ts'
import { toast } from '#app/ui/toast.ts'
import { usePolling } from '#app/ui/use-polling.ts'
import { PageFailure } from './page-failure/page-failure.tsx'

export const meta: MetaFunction = () => [{ title: pageTitle('home') }]

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const card = await loadSyncCard(shopDomain.parse(session.shop), new Date())
  return { card, notRefreshed: false }
}

/** In the browser: the figures that stand on the page. */
let lastSeen: Awaited<ReturnType<typeof loader>> | null = null

/** The page reads itself again all day long: one read that fails must not take away what stands there. */
export async function clientLoader({ serverLoader }: ClientLoaderFunctionArgs) {
  try {
    return await serverLoader<typeof loader>()
  } catch (error) {
    if (lastSeen === null || isAnswer(error)) throw error
    return { ...lastSeen, notRefreshed: true }
  }
}

/** The server meant it: signing in again, say. Anything else is a server or a network that was away for a moment. */
function isAnswer(error: unknown): boolean {
  return error instanceof Response || (isRouteErrorResponse(error) && error.status < 500)
}

export async function action({ request }: ActionFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const by = sessionToken?.sub ?? null
  return startFullSync(shopDomain.parse(session.shop), { trigger: 'by_hand', by, now: new Date() })
}

export const headers = boundary.headers

export default function Home() {
  const seen = useLoaderData<typeof clientLoader>()
  const { card, notRefreshed } = seen
  const { revalidate, state } = useRevalidator()
  const start = useFetcher<typeof action>()
  usePolling({ everyMs: pollIntervalMs(card), refresh: revalidate, busy: state !== 'idle' || start.state !== 'idle' })

  useEffect(() => {
    lastSeen = seen
  }, [seen])

  useEffect(() => {
    if (start.data?.kind === 'started') toast(fullSyncCopy.started)
  }, [start.data])

  return (
    <Page title={pageNames.home}>
      <SyncCard
        card={card}
        notRefreshed={notRefreshed}
        button={{
          onPress: () => start.submit(null, { method: 'post', action: '/app?index' }),
          starting: start.state !== 'idle',
          answer: start.data ?? null,
        }}
      />
    </Page>
  )
}

export const ErrorBoundary = PageFailure
