import { Badge, type BadgeProps, Icon, InlineStack, Text } from '@shopify/polaris'
import { CheckCircleIcon, ClockIcon, PauseCircleIcon, RefreshIcon } from '@shopify/polaris-icons'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { statusCopy } from '../copy/card-status.ts'
import { cardCopy } from '../copy/sync-card.ts'
import { countdown } from '../time/relative-time.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { shopClockTime, shopTimeInSentence } from '../time/shop-time.ts'
import { type CardState, cardStateOf, msUntil } from './card-state.ts'

interface Look {
  readonly badge: NonNullable<BadgeProps['tone']>
  readonly icon: typeof ClockIcon
  readonly iconTone: 'success' | 'info' | 'caution' | 'subdued'
}

const moving: Look = { badge: 'info', icon: RefreshIcon, iconTone: 'info' }
const waiting: Look = { badge: 'attention', icon: ClockIcon, iconTone: 'caution' }
const stopped: Look = { badge: 'attention', icon: PauseCircleIcon, iconTone: 'subdued' }

const looks: Record<CardState, Look> = {
  not_connected: stopped,
  refused: { ...stopped, badge: 'critical' },
  off: stopped,
  turning_off: stopped,
  shopify_refuses: waiting,
  klaviyo_fails: waiting,
  throttled: waiting,
  first_sync: moving,
  starting: moving,
  running: moving,
  delayed: { badge: 'info', icon: ClockIcon, iconTone: 'info' },
  pending: moving,
  identifiers_wait: moving,
  unfilled: waiting,
  at_limit: waiting,
  never_synced: { badge: 'new', icon: CheckCircleIcon, iconTone: 'subdued' },
  idle: { badge: 'success', icon: CheckCircleIcon, iconTone: 'success' },
}

export function StatusBadge({ card }: { card: SyncCard }) {
  const { nowMs } = useShopNow()
  const state = cardStateOf(card, nowMs)
  return <Badge tone={looks[state].badge}>{statusCopy[state].badge}</Badge>
}

/** Always exactly one sentence, so that the layout does not shift when the state changes. */
export function StatusLine({ card, notRefreshed }: { card: SyncCard; notRefreshed: boolean }) {
  const now = useShopNow()
  const state = cardStateOf(card, now.nowMs)
  const look = notRefreshed ? waiting : looks[state]
  const sentence = statusCopy[state].sentence({
    pending: card.pending,
    atLimit: card.parts.waitingAtLimit,
    runKind: card.run?.kind ?? 'full',
    runTrigger: card.run?.trigger ?? null,
    waitsUntil: shopClockTime(new Date(card.throttledUntil ?? card.asOf), now),
    waitsFor: countdown(msUntil(card.throttledUntil, now.nowMs)),
    refilledWhen: card.refillAt && shopTimeInSentence(new Date(card.refillAt), now),
    sentWhen: shopTimeInSentence(new Date(card.delayedUntil ?? card.asOf), now),
  })
  return (
    <InlineStack gap="150" wrap={false} blockAlign="start">
      <span className="ls-icon">
        <Icon source={look.icon} tone={look.iconTone} />
      </span>
      <Text as="p" tone="subdued">
        {notRefreshed ? cardCopy.notRefreshed : sentence}
      </Text>
    </InlineStack>
  )
}
