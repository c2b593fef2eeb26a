/** The shortest time between two full syncs of a shop that are started by hand, in milliseconds. */
export const FULL_SYNC_EVERY_MS = 60 * 60_000

/** An account that was never filled gets another full run this long after the last one ended, in milliseconds. */
export const REFILL_AFTER_MS = 60 * 60_000
