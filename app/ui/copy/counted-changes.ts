/** Waiting changes are counted up to this number: messages say "more than" for it (`=10000` in the catalogues). */
const PENDING_COUNTED_TO = 10_000

/** The number of waiting changes, as the messages of the catalogues take it. */
export function countedChanges(pending: number): number {
  return Math.min(pending, PENDING_COUNTED_TO)
}
