/** A full sync is started by hand at most this often to a shop. */
export const FULL_SYNC_EVERY_MS = 60 * 60_000

/** An account that was never filled is filled by another full run so long after the last one ended. */
export const REFILL_AFTER_MS = 60 * 60_000
