import type { Landing } from '#app/core/flow/new-profiles.ts'
import type { CustomerId } from '#app/core/ids.ts'
import type { ClearedFields, FieldName } from '#app/core/profile/field-names.ts'
import type { LoyaltyValues } from '#app/core/profile/loyalty.ts'

/** One customer whose profile is to be written. */
export interface OutgoingPush {
  readonly customerId: CustomerId
  /** The canonical text of the profile: what is hashed is what travels. */
  readonly canonical: string
  readonly hash: string
  readonly fields: readonly FieldName[]
  /** These and every field delivered before: what the profile may carry while the answer is out. */
  readonly mayCarry: readonly FieldName[]
  readonly updatedAt: Date
  readonly klaviyoId: string | null
  readonly landing: Landing
  /** Null unless changes of them are told of. */
  readonly loyalty: LoyaltyValues | null
  readonly clears: ClearedFields | null
  /** This try, from 1. */
  readonly attempt: number
  readonly alone: boolean
}
