import { defaultLoyalty, kindsWithNewChoice, type LoyaltyChoice } from '../profile/loyalty.ts'
import type { Setting } from './setting.ts'

/** Which loyalty values are recorded as events. Whether a choice fits the mapping is checked beside it (isValidLoyalty). */
export const loyaltySetting: Setting<LoyaltyChoice> = {
  initial: defaultLoyalty,
  isValid: () => true,
  // Events are wanted for values that have not been read yet.
  needsComparison: (before, next) => next.on && (!before.on || kindsWithNewChoice(before, next).length > 0),
}

/** The loyalty settings by which values are compared now. */
export interface LoyaltyInForce {
  readonly choice: LoyaltyChoice
  /** When they last changed; null if they never did. */
  readonly changedAt: Date | null
}
