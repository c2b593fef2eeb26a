import { BlockStack, Box, Button, Text } from '@shopify/polaris'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { forecastWords } from '../copy/destination.ts'
import { notStarted } from '../copy/full-sync.ts'
import { pages } from '../pages.ts'
import type { RunCancelling } from '../runs/cancel-run.tsx'
import { RunProgress } from '../runs/run-progress.tsx'
import { countdown } from '../time/relative-time.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopClockTime } from '../time/shop-time.ts'
import { msUntil, syncButtonStateOf } from './card-state.ts'

export interface FullSyncButton {
  readonly onPress: () => void
  readonly starting: boolean
  /** The result of the last request for a full sync; null before the first. */
  readonly answer: FullSyncStart | null
}

/** The button, the reason why it is disabled, and the result of pressing it. */
export function FullSyncPanel({
  card,
  button,
  cancelling,
  forecast,
}: {
  card: SyncCard
  button: FullSyncButton
  cancelling: RunCancelling
  /** What a full sync would do now; null when it is not known. */
  forecast: FullSyncForecast | null
}) {
  const { t, nowMs } = useShopNow()
  const ready = syncButtonStateOf(card, nowMs) === 'ready'
  return (
    <Box background="bg-surface-secondary" borderRadius="200" padding={{ xs: '300', sm: '400' }}>
      <BlockStack gap="300">
        <div className="ls-panel-head">
          <BlockStack gap="050">
            <Text as="h3" variant="headingSm">
              {t('fullSync.heading')}
            </Text>
            <Text as="p" tone="subdued">
              {t('fullSync.explanation')}
            </Text>
            <Cooldown card={card} />
          </BlockStack>
          <div className="ls-panel-buttons">
            <Button variant="primary" disabled={!ready} loading={button.starting} onClick={button.onPress}>
              {t('fullSync.button')}
            </Button>
            <Button url={pages.dryRun} variant="plain">
              {t('dryRun.link')}
            </Button>
          </div>
        </div>
        {forecast && !card.run && (
          <Text as="p" tone="subdued">
            {forecastWords(t, forecast)}
          </Text>
        )}
        <NotStarted card={card} answer={button.answer} />
        {card.run && <RunProgress run={card.run} nightly={card.integration.nightlyReconcile} cancelling={cancelling} />}
      </BlockStack>
    </Box>
  )
}

function Cooldown({ card }: { card: SyncCard }) {
  const now = useShopNow()
  if (card.nextFullSyncAt === null || syncButtonStateOf(card, now.nowMs) !== 'cooling_down') return null
  const at = shopClockTime(new Date(card.nextFullSyncAt), now)
  return (
    <Text as="p" tone="subdued">
      <span role="timer" className="ls-figures">
        {now.t('fullSync.again', { at, left: countdown(msUntil(card.nextFullSyncAt, now.nowMs)) })}
      </span>
    </Text>
  )
}

/** Shown as long as it applies. */
function NotStarted({ card, answer }: { card: SyncCard; answer: FullSyncStart | null }) {
  const now = useShopNow()
  const words = answer && notStarted(now, answer)
  if (!words || !stillHolds(answer, card, now.nowMs)) return null
  return (
    <Box role="status">
      <Text as="p" tone="caution" fontWeight="medium">
        {words}
      </Text>
    </Box>
  )
}

function stillHolds(answer: FullSyncStart, card: SyncCard, nowMs: number): boolean {
  switch (answer.kind) {
    case 'too_soon':
      return answer.againAt.getTime() > nowMs
    case 'already_running':
      return card.run !== null
    case 'off':
      return card.integration.status !== 'on'
    case 'refused':
      return card.connection.kind === 'refused'
    case 'started':
    case 'not_connected': // another card is shown then
      return false
  }
}
