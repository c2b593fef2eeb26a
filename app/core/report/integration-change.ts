import type { SettingName } from '../settings/settings.ts'

/** Result of turning the integration on or off, or of changing its settings. */
export type IntegrationChange =
  | { readonly kind: 'turned_off' }
  /** The current batch is finished first. */
  | { readonly kind: 'turning_off' }
  | { readonly kind: 'turned_on'; readonly how: TurnOn }
  /** With `compares`, all customers are compared as soon as possible: what Klaviyo has may differ from what it should have. */
  | { readonly kind: 'saved'; readonly setting: SettingName; readonly compares: boolean }
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
  /** The choice may not be saved. */
  | { readonly kind: 'invalid'; readonly setting: SettingName }
  /** Another shop in the same Klaviyo account uses the prefix. */
  | { readonly kind: 'prefix_taken' }
  /** The key lacks permission to record events. */
  | { readonly kind: 'events_scope_missing' }
  /** Klaviyo did not answer which permissions the key has. */
  | { readonly kind: 'klaviyo_unavailable' }

/** How the integration is turned on: from a paused run's checkpoint, for future changes only, or for past and future ones. */
export type TurnOn = 'resume' | 'future' | 'past_and_future'

/** Has to be typed to confirm a reset. */
export const RESET_WORD = 'RESET'

/** Result of cancelling a run, or of letting one go on that waits for a yes. */
export type RunCancel =
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'confirmed' }
  /** It does not wait for a yes any more. */
  | { readonly kind: 'not_held' }
  /** It had ended already. */
  | { readonly kind: 'over' }
  /** A catch-up carries changes that were reported: it can be paused by turning the integration off, but not cancelled. */
  | { readonly kind: 'not_cancellable' }
