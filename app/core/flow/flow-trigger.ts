import type { CustomerId } from '../ids.ts'
import type { ReasonCode } from '../issue/reason-code.ts'

/** The triggers that the app gives to Shopify Flow: their handles and names in extensions/. */
export const flowTriggers = {
  customer_not_synced: { handle: 'customer-not-synced', name: 'Customer could not be synced' },
  sync_stopped: { handle: 'sync-stopped', name: 'Sync stopped' },
  loyalty_tier_delivered: { handle: 'loyalty-tier-delivered', name: 'Loyalty tier delivered' },
} as const satisfies Record<string, { readonly handle: string; readonly name: string }>

export type FlowTrigger = keyof typeof flowTriggers

/** What each trigger tells. */
export interface FlowTriggerPayloads {
  /** `words` are Klaviyo's own explanation; null if there is none. */
  readonly customer_not_synced: {
    readonly customerId: CustomerId
    readonly code: ReasonCode
    readonly words: string | null
  }
  /** `code` names the cause, `explanation` says in a sentence what happened. */
  readonly sync_stopped: { readonly code: string; readonly explanation: string }
  /** `oldTier` is null if the customer had none. */
  readonly loyalty_tier_delivered: {
    readonly customerId: CustomerId
    readonly newTier: string
    readonly oldTier: string | null
  }
}

/** A request's fields as Flow knows them. A customer is named by its number, beside them. */
export type FlowFields = Readonly<Record<string, string>>

/** Returns the fields of a trigger by their keys in its shopify.extension.toml. Every field is there, because Flow refuses a gap. */
export const flowFieldsOf: { [T in FlowTrigger]: (payload: FlowTriggerPayloads[T]) => FlowFields } = {
  customer_not_synced: ({ code, words }) => ({ 'Reason code': code, Explanation: words ?? '' }),
  sync_stopped: ({ code, explanation }) => ({ 'Reason code': code, Explanation: explanation }),
  loyalty_tier_delivered: ({ newTier, oldTier }) => ({ 'New tier': newTier, 'Old tier': oldTier ?? '' }),
}

/** Returns the trigger that Shopify names by its handle or by its name; null if there is none. */
export function flowTriggerNamed(definition: string): FlowTrigger | null {
  const triggers = Object.entries(flowTriggers) as [FlowTrigger, { handle: string; name: string }][]
  return triggers.find(([, { handle, name }]) => definition === handle || definition === name)?.[0] ?? null
}

/** How many requests of one trigger may wait in a shop. Those beyond are dropped: nobody wants ten thousand messages at once. */
export const MOST_WAITING = 1_000

/** Returns Shopify's words without what may be a customer's value: quoted text and numbers. At most 200 characters. */
export function withoutValues(words: string): string {
  return words.replace(/"[^"]*"|'[^']*'|`[^`]*`|\S*@\S*|\d+/g, '…').slice(0, 200)
}
