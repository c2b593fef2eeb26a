/** What came of turning the integration on or off, or of changing its settings. */
export type IntegrationChange =
  | { readonly kind: 'turned_off' }
  /** The batch in hand is finished first. */
  | { readonly kind: 'turning_off' }
  | { readonly kind: 'turned_on'; readonly how: TurnOn }
  | { readonly kind: 'settings_saved' }
  /** Unless nothing that is sent has changed, all customers are compared as soon as possible. */
  | { readonly kind: 'mapping_saved'; readonly compares: boolean }
  /** Unless the same customers are synced as before, all are compared as soon as possible. */
  | { readonly kind: 'rules_saved'; readonly compares: boolean }
  /** If customers who were left out or wait are concerned, all are compared as soon as possible. */
  | { readonly kind: 'delivery_saved'; readonly compares: boolean }
  /** With `compares`, all customers are compared, so that what their profiles hold is known. */
  | { readonly kind: 'loyalty_saved'; readonly compares: boolean }
  /** Somebody changed it since the page was drawn: nothing was done. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'not_connected' }
  /** Klaviyo does not take the key. */
  | { readonly kind: 'refused' }
  /** There is no run to resume any more. */
  | { readonly kind: 'nothing_paused' }
  /** Forgetting now could let what Klaviyo is still taking in overwrite what comes after it. */
  | { readonly kind: 'still_settling' }
  /** The word that confirms a reset was not typed. */
  | { readonly kind: 'reset_not_confirmed' }
  /** Not whole minutes from 1 to 1,440. */
  | { readonly kind: 'delay_invalid' }
  /** A name is empty, too long, reserved or there twice, or there are too many metafields. */
  | { readonly kind: 'mapping_invalid' }
  /** A tag is both wanted and not, or there is too much to choose from. */
  | { readonly kind: 'rules_invalid' }
  /** The limit is no whole number from 1 on. */
  | { readonly kind: 'delivery_invalid' }
  /** No metafield was chosen, one twice, or one that is not sent. */
  | { readonly kind: 'loyalty_invalid' }
  /** The key may not record events. */
  | { readonly kind: 'events_scope_missing' }
  /** Klaviyo could not be asked what the key may do. */
  | { readonly kind: 'klaviyo_unavailable' }

/** How the integration goes on: from a paused run's checkpoint, with future changes only, or with past and future ones. */
export type TurnOn = 'resume' | 'future' | 'past_and_future'

/** To be typed by who wants everything forgotten. */
export const RESET_WORD = 'RESET'

/** What came of cancelling a run. */
export type RunCancel =
  | { readonly kind: 'cancelled' }
  /** It had ended before. */
  | { readonly kind: 'over' }
  /** A catch-up is the changes themselves: it can be paused by turning the integration off, not left out. */
  | { readonly kind: 'not_cancellable' }
