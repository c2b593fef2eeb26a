import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { type ClientLoaderFunctionArgs, useFetcher, useLoaderData, useRevalidator } from '@remix-run/react'
import { BlockStack, Button } from '@shopify/polaris'
import { boundary } from '@shopify/shopify-app-remix/server'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { presetIds } from '#app/core/loyalty/preset-ids.ts'
import { markedSteps } from '#app/core/report/setup-guide.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { markGuide } from '#app/sync/guide/mark-guide.ts'
import { dismissLoyaltyApp } from '#app/sync/loyalty/dismiss-loyalty-app.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { cancelRun } from '#app/sync/status/cancel-run.ts'
import { confirmRun } from '#app/sync/status/confirm-run.ts'
import { startFirstSync } from '#app/sync/status/start-first-sync.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { turnOn } from '#app/sync/status/turn-on.ts'
import { pollIntervalMs } from '#app/ui/card/poll-interval.ts'
import { SyncCard } from '#app/ui/card/sync-card.tsx'
import { cancelToast } from '#app/ui/copy/runs.ts'
import { AppPage } from '#app/ui/frame/app-page.tsx'
import { SetupGuide } from '#app/ui/guide/setup-guide.tsx'
import { HistorySection } from '#app/ui/history/history-section.tsx'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { toast } from '#app/ui/toast.ts'
import { useChangeToast } from '#app/ui/use-change-toast.ts'
import { usePolling } from '#app/ui/use-polling.ts'
import { useForecast } from './forecast/use-forecast.ts'
import { useGuide } from './guide/use-guide.ts'
import { useHistory } from './history/use-history.ts'
import { pageMeta } from './language/page-sentences.ts'
import { lastSeenOf } from './last-seen/last-seen.ts'
import { PageFailure } from './page-failure/page-failure.tsx'
import { minutesAsMs, parseForm, version } from './parse/parse-form.ts'

export const meta = pageMeta('home')

export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const card = await loadSyncCard(shopDomain.parse(session.shop), databaseNow())
  return { card, notRefreshed: false }
}

const lastSeen = lastSeenOf<Awaited<ReturnType<typeof loader>>>()

export async function clientLoader({ request, serverLoader }: ClientLoaderFunctionArgs) {
  return lastSeen.read(request, () => serverLoader<typeof loader>())
}

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')

const Intent = z.discriminatedUnion('intent', [
  z.object({ intent: z.literal('full_sync').optional() }),
  z.object({ intent: z.literal('turn_off'), version }),
  z.object({
    intent: z.literal('turn_on'),
    version,
    how: z.enum(['resume', 'future', 'past_and_future']),
    resetWord: z.string().max(100).optional(),
    syncDelayMinutes: minutesAsMs.optional(),
  }),
  z.object({ intent: z.literal('cancel_run'), run: z.string().min(1).max(100) }),
  z.object({ intent: z.literal('confirm_run'), run: z.string().min(1).max(100) }),
  z.object({ intent: z.literal('dismiss_app'), app: z.enum(presetIds) }),
  z.object({ intent: z.literal('guide_hidden'), hidden: flag }),
  z.object({ intent: z.literal('guide_step'), step: z.enum(markedSteps), done: flag }),
])

export async function action({ request }: ActionFunctionArgs) {
  const { session, sessionToken } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const by = sessionToken?.sub ?? null
  const asked = await parseForm(request, Intent)
  const now = databaseNow()
  switch (asked.intent) {
    case undefined:
    case 'full_sync':
      return startFirstSync(shop, { by, now })
    case 'turn_off':
      return turnOff(shop, { version: asked.version, now })
    case 'turn_on': {
      const { version, how, resetWord = null, syncDelayMinutes: syncDelayMs = null } = asked
      return turnOn(shop, { version, how, resetWord, syncDelayMs, by, now })
    }
    case 'cancel_run':
      return cancelRun(shop, { run: asked.run, by, now })
    case 'confirm_run':
      return confirmRun(shop, { run: asked.run, by, now })
    case 'dismiss_app':
      return dismissLoyaltyApp(shop, asked.app)
    case 'guide_hidden':
      return markGuide(shop, { kind: 'hidden', hidden: asked.hidden })
    case 'guide_step':
      return markGuide(shop, { kind: 'step', step: asked.step, done: asked.done })
  }
}

export const headers = boundary.headers

/** Submits to this page's action, and not to the parent route's. */
const toHome = { method: 'post', action: '/app?index' } as const

export default function Home() {
  const { t } = useTranslation()
  const seen = useLoaderData<typeof clientLoader>()
  const { card, notRefreshed } = seen
  const { revalidate, state } = useRevalidator()
  // A fetcher for each request, so that no answer replaces another's.
  const start = useFetcher<typeof startFirstSync>()
  const turn = useFetcher<typeof turnOff>()
  const cancel = useFetcher<typeof cancelRun>()
  const dismissal = useFetcher<typeof dismissLoyaltyApp>()
  const { newLoyaltyApp } = card
  const isConnected = card.connection.kind !== 'none'
  const button = {
    onPress: () => start.submit(null, toHome),
    starting: start.state !== 'idle',
    answer: start.data ?? null,
  }
  const { starting, answer } = button
  const guide = useGuide(toHome, { start: button.onPress, starting, answer })
  const history = useHistory()
  const asking = guide.busy || [start, turn, cancel, dismissal].some((fetcher) => fetcher.state !== 'idle')
  usePolling({ everyMs: pollIntervalMs(card), refresh: revalidate, busy: state !== 'idle' || asking })
  lastSeen.useKept(seen)
  // Once, and again after each run, as it costs a query to Shopify.
  const forecast = useForecast(
    card.connection.kind === 'connected' && !card.run ? `after ${card.lastFullSyncStartedAt}` : null,
  )

  useEffect(() => {
    if (start.data?.kind === 'started') toast(t('fullSync.started'))
  }, [start.data, t])

  useChangeToast(turn.data)

  useEffect(() => {
    const words = cancel.data && cancelToast(t, cancel.data)
    if (words) toast(words)
  }, [cancel.data, t])

  return (
    <AppPage title={t('pages.home')}>
      <BlockStack gap="400">
        {/* While Klaviyo refuses the key, the banner says what to do, and no step of setting up is undone. */}
        {!card.guide.hidden && card.connection.kind !== 'refused' && (
          <ShopClock asOf={card.asOf} timeZone={card.timeZone}>
            <SetupGuide card={card} actions={guide.actions} />
          </ShopClock>
        )}
        {(isConnected || card.guide.hidden) && (
          <SyncCard
            card={card}
            notRefreshed={notRefreshed}
            forecast={forecast}
            {...(newLoyaltyApp && {
              onDismissApp: () => dismissal.submit({ intent: 'dismiss_app', app: newLoyaltyApp.id }, toHome),
            })}
            button={button}
            integration={{
              turnOff: (version) => turn.submit({ intent: 'turn_off', version }, toHome),
              turnOn: (version, asked) => turn.submit({ intent: 'turn_on', version, ...asked }, toHome),
              turning: turn.state !== 'idle',
              answer: turn.state === 'idle' ? (turn.data ?? null) : null,
            }}
            cancelling={{
              cancel: (run) => cancel.submit({ intent: 'cancel_run', run }, toHome),
              confirm: (run) => cancel.submit({ intent: 'confirm_run', run }, toHome),
              cancelling: cancel.state !== 'idle',
              answer: cancel.data ?? null,
            }}
          />
        )}
        {isConnected && <HistorySection {...history} />}
        {card.guide.hidden && (
          <div>
            <Button variant="plain" onClick={() => guide.actions.hide(false)}>
              {t('guide.show')}
            </Button>
          </div>
        )}
      </BlockStack>
    </AppPage>
  )
}

export const ErrorBoundary = PageFailure
