import type { ValueSource } from '../profile/mapped-values.ts'
import type { Syncing } from '../settings/syncing.ts'
import { triggersOf } from './triggers.ts'

/** How a change of a mapped value is heard of. */
export type HowHeard =
  /** Shopify tells of it. */
  | 'seconds'
  /** It is read whenever Shopify tells of another change of the customer, and in no other way. */
  | 'next_change'
  /** With the customer's next change, and at the latest by a check. */
  | 'check'

/** The checks that a shop has. */
export type Checks = Pick<Syncing, 'nightlyReconcile' | 'hourlyCheck'>

/** Returns how a change of the source is heard of. Tags have topics of their own, metafields their triggers, and store credit has neither. */
export function howHeard(source: ValueSource, { nightlyReconcile, hourlyCheck }: Checks): HowHeard {
  if (source.kind === 'tag' || triggersOf(source)) return 'seconds'
  return nightlyReconcile || hourlyCheck ? 'check' : 'next_change'
}
