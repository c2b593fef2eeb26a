export const syncRunSteps = {
  queued: ['reading', 'paused', 'failed', 'cancelled'],
  reading: ['delivering', 'paused', 'failed', 'cancelled', 'queued'], // back to queued: Shopify lost the operation, ask again
  delivering: ['finished', 'paused', 'failed', 'cancelled'],
  paused: ['queued', 'reading', 'delivering', 'cancelled'], // back to where it was, from its checkpoint
  finished: [],
  failed: [],
  cancelled: [],
} as const

export type SyncRunState = keyof typeof syncRunSteps

export const openRunStates = ['queued', 'reading', 'delivering', 'paused'] as const satisfies readonly SyncRunState[]

/** Whether a run may go from one state to the next. */
export function mayStep(from: SyncRunState, to: SyncRunState): boolean {
  return (syncRunSteps[from] as readonly SyncRunState[]).includes(to)
}

/** The states from which a run may come to this one. */
export function statesBefore(to: SyncRunState): SyncRunState[] {
  return (Object.keys(syncRunSteps) as SyncRunState[]).filter((from) => mayStep(from, to))
}
