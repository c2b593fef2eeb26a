/**
 * The two kinds of work for a shop. Each has its own slots, so that neither waits for the other. `live`: reported changes of single
 * customers, and erasures. `run`: runs over many customers, the imports that carry them, and fetching the Klaviyo ids of imported profiles.
 */
export const lanes = ['live', 'run'] as const
export type Lane = (typeof lanes)[number]
