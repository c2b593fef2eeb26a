import { isSameSharing, plainSharing, type Sharing } from '../profile/sharing.ts'
import type { Setting } from './setting.ts'

/** Where profiles go in Klaviyo, as chosen by a merchant. */
export interface Destination {
  /** The list that new profiles are added to, with its name when it was chosen; null for none. */
  readonly list: KlaviyoList | null
  /** What happens to a profile that already exists in Klaviyo and that Lockstep never wrote. */
  readonly existing: 'update' | 'leave'
  /** How many profiles one full run may create; null for no limit. */
  readonly mostNew: number | null
  /** What is written beside other shops in the same account. */
  readonly sharing: Sharing
}

export interface KlaviyoList {
  readonly id: string
  readonly name: string
}

/** The choice for a merchant who never chose. */
export const defaultDestination: Destination = {
  list: null,
  existing: 'update',
  mostNew: null,
  sharing: plainSharing,
}

/** No account has so many profiles; a larger number is a typing error. */
export const MAX_NEW_PROFILES = 100_000_000

export const destinationSetting: Setting<Destination> = {
  initial: defaultDestination,
  isValid: () => true,
  // Customers whose state follows from the previous choice are checked again. A list is for new profiles only.
  needsComparison: (before, next) =>
    before.existing !== next.existing ||
    !isSameSharing(before.sharing, next.sharing) ||
    (before.mostNew !== null && next.mostNew === null),
}

/** Why a list accepts no profiles: it no longer exists, or the key may not change lists. */
export type ListProblem = 'gone' | 'forbidden'
