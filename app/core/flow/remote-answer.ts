/**
 * The name of the diagnostics channel (node:diagnostics_channel) on which every request to Klaviyo or Shopify publishes the promise of its
 * answer. A worker listens to it to distinguish a turn that works from one that waits.
 */
export const REMOTE_ANSWER = 'lockstep:remote-answer'
