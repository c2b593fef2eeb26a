import type { CardRun } from '#app/core/report/sync-card.ts'

/** Customers of the run whose fate is known. */
export function doneOf(run: CardRun): number {
  return run.pushed + run.unchanged + run.excluded + run.issues
}

/**
 * From 0 to 1, or null while nobody can know. Reading a customer is half of the work and settling it the other half, so that the
 * bar moves in both phases and never backwards.
 */
export function progressFraction(run: CardRun): number | null {
  if (run.state === 'queued' || run.expected === null) return null
  if (run.expected === 0) return 1
  const share = (amount: number) => Math.min(amount / run.expected!, 1)
  return (share(run.read) + share(doneOf(run))) / 2
}
