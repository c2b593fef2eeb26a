/** A full sync is started by hand at most this often to a shop. */
export const FULL_SYNC_EVERY_MS = 60 * 60_000
