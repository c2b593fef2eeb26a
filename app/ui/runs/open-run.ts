import type { RunReport } from '#app/core/report/activity.ts'
import type { CardRun } from '#app/core/report/sync-card.ts'

/** The run if it is in progress or paused; null if it is over. */
export function openRun(run: RunReport): CardRun | null {
  const { state } = run
  return state === 'finished' || state === 'failed' || state === 'cancelled' ? null : { ...run, state }
}
