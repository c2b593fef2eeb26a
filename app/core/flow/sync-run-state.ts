export const syncRunTransitions = {
  queued: ['reading', 'paused', 'failed', 'cancelled'],
  reading: ['delivering', 'paused', 'failed', 'cancelled', 'queued'], // back to queued: Shopify lost the operation, so another is started
  delivering: ['finished', 'paused', 'failed', 'cancelled'],
  paused: ['queued', 'reading', 'delivering', 'cancelled'], // back to the state before, from its checkpoint
  finished: [],
  failed: [],
  cancelled: [],
} as const

export type SyncRunState = keyof typeof syncRunTransitions

export const openRunStates = ['queued', 'reading', 'delivering', 'paused'] as const satisfies readonly SyncRunState[]

/** Whether a run may go from one state to the other. */
export function mayTransition(from: SyncRunState, to: SyncRunState): boolean {
  return (syncRunTransitions[from] as readonly SyncRunState[]).includes(to)
}

/** Returns the states from which a run may come to this one. */
export function statesBefore(to: SyncRunState): SyncRunState[] {
  return (Object.keys(syncRunTransitions) as SyncRunState[]).filter((from) => mayTransition(from, to))
}
