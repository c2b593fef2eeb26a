import type { SyncCard } from '#app/core/report/sync-card.ts'
import { type CardState, msUntil } from '../card/card-state.ts'
import { countdown } from '../time/relative-time.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopClockTime, shopTimeInSentence } from '../time/shop-time.ts'
import { countedChanges } from './counted-changes.ts'
import { runNameOf } from './runs.ts'

/** The sentence under the card's title: always exactly one message, so that the layout does not shift when the state changes. */
export function statusSentence(now: ShopNow, state: CardState, card: SyncCard): string {
  return now.t(`status.sentence.${state}`, {
    changes: countedChanges(card.pending),
    customers: card.parts.waitingAtLimit,
    run: card.run ? runNameOf(card.run) : 'full',
    /** When Klaviyo accepts calls again, and how long that is from now. */
    waitsUntil: shopClockTime(new Date(card.throttledUntil ?? card.asOf), now),
    waitsFor: countdown(msUntil(card.throttledUntil, now.nowMs)),
    /** When the first sync starts automatically. */
    startsWhen: shopTimeInSentence(new Date(card.startAt ?? card.asOf), now),
    /** When another full sync starts automatically. */
    refilledWhen: card.refillAt ? shopTimeInSentence(new Date(card.refillAt), now) : 'none',
    /** When changes that wait for the sync delay are sent. */
    sentWhen: shopTimeInSentence(new Date(card.delayedUntil ?? card.asOf), now),
  })
}
