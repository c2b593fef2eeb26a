import { Icon, InlineStack, Text } from '@shopify/polaris'
import { CheckCircleIcon, ClockIcon, PauseCircleIcon, RefreshIcon } from '@shopify/polaris-icons'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { Badge, type BadgeTone } from '../badge.tsx'
import { statusSentence } from '../copy/card-status.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { type CardState, cardStateOf } from './card-state.ts'

interface Look {
  /** Null is the grey of what is off. */
  readonly badge: BadgeTone | null
  readonly icon: typeof ClockIcon
  readonly iconTone: 'success' | 'info' | 'caution' | 'subdued'
}

const moving: Look = { badge: 'info', icon: RefreshIcon, iconTone: 'info' }
const waiting: Look = { badge: 'attention', icon: ClockIcon, iconTone: 'caution' }
const stopped: Look = { badge: 'attention', icon: PauseCircleIcon, iconTone: 'subdued' }

const looks: Record<CardState, Look> = {
  not_connected: { ...stopped, badge: null },
  refused: { ...stopped, badge: 'critical' },
  off: { ...stopped, badge: null },
  turning_off: stopped,
  shopify_refuses: waiting,
  klaviyo_fails: waiting,
  waits_to_start: { badge: 'attention', icon: ClockIcon, iconTone: 'info' },
  no_worker: waiting,
  throttled: waiting,
  first_sync: moving,
  starting: moving,
  running: moving,
  held: waiting,
  delayed: { badge: 'info', icon: ClockIcon, iconTone: 'info' },
  pending: moving,
  identifiers_wait: moving,
  unfilled: waiting,
  at_limit: waiting,
  never_synced: { badge: null, icon: CheckCircleIcon, iconTone: 'subdued' },
  idle: { badge: 'success', icon: CheckCircleIcon, iconTone: 'success' },
}

export function StatusBadge({ card }: { card: SyncCard }) {
  const { t, nowMs } = useShopNow()
  const state = cardStateOf(card, nowMs)
  const { badge } = looks[state]
  return <Badge tone={badge}>{t(`status.badge.${state}`)}</Badge>
}

/** Always exactly one sentence, so that the layout does not shift when the state changes. */
export function StatusLine({ card, notRefreshed }: { card: SyncCard; notRefreshed: boolean }) {
  const now = useShopNow()
  const state = cardStateOf(card, now.nowMs)
  const look = notRefreshed ? waiting : looks[state]
  return (
    <InlineStack gap="150" wrap={false} blockAlign="start">
      <span className="ls-icon">
        <Icon source={look.icon} tone={look.iconTone} />
      </span>
      <Text as="p" tone="subdued">
        {notRefreshed ? now.t('card.notRefreshed') : statusSentence(now, state, card)}
      </Text>
    </InlineStack>
  )
}
