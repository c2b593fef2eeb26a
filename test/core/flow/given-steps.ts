import type { IntegrationStatus } from '#app/core/flow/integration-status.ts'
import type { SyncRunState } from '#app/core/flow/sync-run-state.ts'

export interface Step<State> {
  readonly from: State
  readonly to: State
  readonly allowed: boolean
}

/** The allowed transitions of a run, written by hand: from the state at the left to the state above. */
export const runSteps = stepsOf<SyncRunState>(`
             queued  reading  delivering  paused  finished  failed  cancelled
  queued     no      yes      no          yes     no        yes     yes
  reading    yes     no       yes         yes     no        yes     yes
  delivering no      no       no          yes     yes       yes     yes
  paused     yes     yes      yes         no      no        no      yes
  finished   no      no       no          no      no        no      no
  failed     no      no       no          no      no        no      no
  cancelled  no      no       no          no      no        no      no`)

export const runStates = statesOf(runSteps)

/** The allowed transitions of the integration's status. */
export const statusSteps = stepsOf<IntegrationStatus>(`
              on   turning_off  off
  on          no   yes          no
  turning_off yes  no           yes
  off         yes  no           no`)

export const statuses = statesOf(statusSteps)

function stepsOf<State extends string>(table: string): Step<State>[] {
  const [head, ...rows] = table.trim().split('\n')
  const states = head!.trim().split(/\s+/) as State[]
  return rows.flatMap((row) => {
    const [from, ...words] = row.trim().split(/\s+/)
    return states.map((to, i) => ({ from: from as State, to, allowed: words[i] === 'yes' }))
  })
}

function statesOf<State>(steps: readonly Step<State>[]): State[] {
  return [...new Set(steps.map(({ from }) => from))]
}
