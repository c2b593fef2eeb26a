import { isRuleCode } from '../issue/reason-code.ts'
import {
  type LoyaltyChoices,
  type LoyaltyValues,
  loyaltyChanges,
  recordedMeanings,
  withMeanings,
} from '../profile/loyalty.ts'
import { loyaltyEvent } from '../profile/loyalty-event.ts'
import type { KnownLoyalty } from '../profile/loyalty-times.ts'
import type { Audience } from '../settings/audience.ts'
import type { Destination } from '../settings/destination.ts'
import type { Decision, KnownProfile } from './decision.ts'
import type { RequestPayloads } from './outbox.ts'

/** What became of a customer in a batch. */
export interface SettledDelivery {
  readonly decision: Decision
  /** As it was before; null if nothing was known. */
  readonly known: KnownProfile | null
  /** False if the customer is to be tried again. */
  readonly isSettled: boolean
}

/**
 * Returns what is to be done on the chosen list because of a delivery: a profile whose customer a rule now excludes leaves it, if the
 * merchant wants that, and one that a rule removed joins it again once the customer is synced. Null if nothing is.
 */
export function listChangeAfter(
  { decision, known, isSettled }: SettledDelivery,
  { destination: { list }, audience: { leaving } }: { destination: Destination; audience: Pick<Audience, 'leaving'> },
): 'join' | 'leave' | null {
  if (list === null || !known) return null
  if (decision.kind === 'push' || decision.kind === 'unchanged') return isSettled && known.offList ? 'join' : null
  const isRule = decision.kind === 'excluded' && isRuleCode(decision.code)
  return isRule && leaving === 'off_list' && !known.isNew ? 'leave' : null
}

/**
 * Returns the events to be recorded because loyalty values were delivered, in order. None if it is not known what was delivered before.
 * `backfill`: they belong to the past, and start no flow.
 */
export function eventsAfter(
  values: LoyaltyValues,
  before: Pick<KnownLoyalty, 'delivered' | 'backfill'> | undefined,
  { backfill, choices }: { backfill: boolean; choices: LoyaltyChoices },
): RequestPayloads['event'][] {
  if (!before) return []
  const changes = loyaltyChanges(before.delivered.values, withMeanings(values, recordedMeanings(choices)))
  return changes.map((change) => {
    const { kind: metric, ...event } = loyaltyEvent(change, choices.mapping)
    return { metric, ...event, backfill: backfill || before.backfill }
  })
}
