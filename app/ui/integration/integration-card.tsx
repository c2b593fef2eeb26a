import { Banner, BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris'
import { lazy, Suspense, useEffect, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { Badge, type BadgeTone } from '../badge.tsx'
import { countedChanges } from '../copy/counted-changes.ts'
import { delayFigures } from '../copy/delay-figures.ts'
import { notChanged } from '../copy/integration.ts'
import { pausedWords } from '../copy/runs.ts'
import type { Catalogue } from '../language/translation.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopTimeInSentence } from '../time/shop-time.ts'
import { Switch } from './switch.tsx'
import type { TurnOnAsked } from './turn-on-draft.ts'

export interface IntegrationActions {
  /** `version` is that of the page on which the merchant decided. */
  readonly turnOff: (version: number) => void
  readonly turnOn: (version: number, asked: TurnOnAsked) => void
  /** A request is under way. */
  readonly turning: boolean
  /** The result of the last change, once the page shows the new state; null before. */
  readonly answer: IntegrationChange | null
}

const loadDialogs = () => import('./turn-dialogs.ts')
const TurnOffDialog = lazy(async () => ({ default: (await loadDialogs()).TurnOffDialog }))
const TurnOnDialog = lazy(async () => ({ default: (await loadDialogs()).TurnOnDialog }))

/** After these results the dialog closes. */
const settled: readonly IntegrationChange['kind'][] = [
  'turned_on',
  'turned_off',
  'turning_off',
  'stale',
  'not_connected',
  'refused',
]

type SwitchState = keyof Catalogue['integration']['state']

const badges: Record<SwitchState, BadgeTone | null> = {
  on: 'success',
  turning_off: 'attention',
  off: null,
  refused: 'critical',
}

/** The merchant's switch: whether anything is sent at all. */
export function IntegrationCard({
  card,
  actions,
  forecast = null,
}: {
  card: SyncCard
  actions: IntegrationActions
  /** What a full sync would do now; null when it is not known. */
  forecast?: FullSyncForecast | null
}) {
  const { t } = useTranslation()
  const id = useId()
  const [asking, setAsking] = useState<{ readonly to: 'turn_off' | 'turn_on'; readonly version: number } | null>(null)
  const [answer, setAnswer] = useState(actions.answer)
  // Each answer is shown once: not again after it was read, or after the dialog was opened again.
  const [seen, setSeen] = useState(actions.answer)
  if (seen !== actions.answer) {
    setSeen(actions.answer)
    setAnswer(actions.answer)
    if (actions.answer && settled.includes(actions.answer.kind)) setAsking(null)
  }

  function ask(to: 'turn_off' | 'turn_on') {
    setAnswer(null)
    setAsking({ to, version: card.integration.version })
  }
  const close = () => setAsking(null)
  useEffect(() => void loadDialogs(), [])

  const { status } = card.integration
  const state = switchStateOf(card)
  const busy = status === 'turning_off' || actions.turning
  const cannotBeTurned = busy || (status === 'off' && card.connection.kind !== 'connected')
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        {answer && asking === null && <NotChanged answer={answer} onDismiss={() => setAnswer(null)} />}
        <InlineStack gap="400" align="space-between" blockAlign="center" wrap={false}>
          <InlineStack gap="200" blockAlign="center">
            <Text as="h2" variant="headingMd" id={`${id}-title`}>
              {t('integration.title')}
            </Text>
            <span id={`${id}-state`}>
              <Badge tone={badges[state]} label={t('integration.stateLabel')}>
                {t(`integration.state.${state}`)}
              </Badge>
            </span>
          </InlineStack>
          <Switch
            on={status === 'on'}
            disabled={cannotBeTurned}
            busy={busy}
            held={state === 'refused'}
            labelledBy={`${id}-title`}
            describedBy={`${id}-state`}
            onPress={() => ask(status === 'on' ? 'turn_off' : 'turn_on')}
          />
        </InlineStack>
        <HowItStands card={card} />
        {status === 'turning_off' && card.connection.kind === 'connected' && (
          <div>
            <Button loading={actions.turning} onClick={() => ask('turn_on')}>
              {t('integration.turnBackOn')}
            </Button>
          </div>
        )}
      </BlockStack>
      {asking && (
        // Not drawn by the server: a boundary that is updated before it was hydrated is an error of React's (421).
        <Suspense>
          {asking.to === 'turn_off' ? (
            <TurnOffDialog
              run={card.run}
              onClose={close}
              onConfirm={() => {
                close()
                actions.turnOff(asking.version)
              }}
            />
          ) : (
            <TurnOnDialog
              card={card}
              forecast={forecast}
              busy={actions.turning}
              answer={answer}
              onClose={close}
              onConfirm={(asked) => actions.turnOn(asking.version, asked)}
            />
          )}
        </Suspense>
      )}
    </Card>
  )
}

/** A refused key is shown instead of on or off. */
function switchStateOf(card: SyncCard): SwitchState {
  const { status } = card.integration
  return status !== 'turning_off' && card.connection.kind === 'refused' ? 'refused' : status
}

function NotChanged({ answer, onDismiss }: { answer: IntegrationChange; onDismiss: () => void }) {
  const { t } = useTranslation()
  const words = notChanged(t, answer)
  if (!words) return null
  return (
    <Banner tone="warning" onDismiss={onDismiss}>
      <p>{words}</p>
    </Banner>
  )
}

function HowItStands({ card }: { card: SyncCard }) {
  const now = useShopNow()
  const { t } = now
  const { status, stoppedAt, syncDelayMs } = card.integration
  const refused = card.connection.kind === 'refused'
  const sentences: string[] = []
  if (status === 'turning_off') sentences.push(t('integration.turningOff'))
  if (status === 'on' && refused) sentences.push(t('integration.refused'))
  if (status === 'on' && !refused) {
    sentences.push(
      syncDelayMs === 0 ? t('integration.on') : t('integration.onDelayed', delayFigures(syncDelayMs / 60_000)),
    )
  }
  if (status === 'off') {
    const when = stoppedAt ? shopTimeInSentence(new Date(stoppedAt), now) : 'none'
    sentences.push(t('integration.stopped', { when, changes: countedChanges(card.pending) }))
    if (card.run?.state === 'paused') sentences.push(pausedWords(t, card.run))
    if (refused) sentences.push(t('integration.refusedAndOff'))
  }
  return (
    <BlockStack gap="100">
      {sentences.map((sentence) => (
        <Text key={sentence} as="p" tone="subdued">
          {sentence}
        </Text>
      ))}
    </BlockStack>
  )
}
