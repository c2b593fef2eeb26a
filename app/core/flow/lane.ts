/**
 * The two kinds of work that are done for a shop, each in slots of its own, so that neither waits for the other. `live`: what is said of single
 * customers, and erasures. `run`: runs over many customers, the imports that carry them, and the ids to be learnt afterwards.
 */
export const lanes = ['live', 'run'] as const
export type Lane = (typeof lanes)[number]
