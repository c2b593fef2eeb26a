/** What follows when Klaviyo is connected: the first sync at once, or once the merchant has looked at the choices and starts it. */
export type FirstSync = 'sync' | 'choose'

/** A first sync that the merchant has not started starts by itself after this long, in milliseconds. */
export const STARTS_BY_ITSELF_MS = 60 * 60_000
