/** Result of turning the integration on or off, or of changing its settings. */
export type IntegrationChange =
  | { readonly kind: 'turned_off' }
  /** The current batch is finished first. */
  | { readonly kind: 'turning_off' }
  | { readonly kind: 'turned_on'; readonly how: TurnOn }
  | { readonly kind: 'settings_saved' }
  /** With `compares`, all customers are compared as soon as possible, because what is sent has changed. */
  | { readonly kind: 'mapping_saved'; readonly compares: boolean }
  /** With `compares`, all customers are compared as soon as possible, because other customers are synced than before. */
  | { readonly kind: 'audience_saved'; readonly compares: boolean }
  /** With `compares`, all customers are compared as soon as possible, because customers that were excluded or wait are affected. */
  | { readonly kind: 'destination_saved'; readonly compares: boolean }
  /** With `compares`, all customers are compared, to record what their profiles hold. */
  | { readonly kind: 'loyalty_saved'; readonly compares: boolean }
  /** The settings were changed after the page was rendered: nothing was done. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'not_connected' }
  /** Klaviyo refuses the key. */
  | { readonly kind: 'refused' }
  /** There is no paused run any more. */
  | { readonly kind: 'nothing_paused' }
  /** Imports are still running in Klaviyo: after a reset, they could overwrite what comes later. */
  | { readonly kind: 'still_settling' }
  /** The word that confirms a reset was not typed. */
  | { readonly kind: 'reset_not_confirmed' }
  /** Not whole minutes from 1 to 1,440. */
  | { readonly kind: 'delay_invalid' }
  /** A name is empty, too long, reserved or used twice, or there are too many metafields. */
  | { readonly kind: 'mapping_invalid' }
  /** A tag is both required and excluded, or there are too many choices. */
  | { readonly kind: 'audience_invalid' }
  /** The limit is not a whole number of at least 1. */
  | { readonly kind: 'destination_invalid' }
  /** No metafield was chosen, the same one twice, or one that is not sent. */
  | { readonly kind: 'loyalty_invalid' }
  /** The key lacks permission to record events. */
  | { readonly kind: 'events_scope_missing' }
  /** Klaviyo did not answer which permissions the key has. */
  | { readonly kind: 'klaviyo_unavailable' }

/** How the integration is turned on: from a paused run's checkpoint, for future changes only, or for past and future ones. */
export type TurnOn = 'resume' | 'future' | 'past_and_future'

/** Has to be typed to confirm a reset. */
export const RESET_WORD = 'RESET'

/** Result of cancelling a run. */
export type RunCancel =
  | { readonly kind: 'cancelled' }
  /** It had ended already. */
  | { readonly kind: 'over' }
  /** A catch-up carries changes that were reported: it can be paused by turning the integration off, but not cancelled. */
  | { readonly kind: 'not_cancellable' }
