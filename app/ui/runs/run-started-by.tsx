import type { RunReport } from '#app/core/report/activity.ts'
import { triggerWords } from '../copy/runs.ts'
import { StaffLink } from './staff-link.tsx'

/** The staff member or the event that started a run. */
export function RunStartedBy({ shop, run }: { shop: string; run: Pick<RunReport, 'trigger' | 'startedBy'> }) {
  const { trigger, startedBy } = run
  if (startedBy === null) return <>{triggerWords[trigger]}</>
  if (trigger === 'by_hand') return <StaffLink shop={shop} member={startedBy} />
  return (
    <>
      {triggerWords[trigger]}, <StaffLink shop={shop} member={startedBy} />
    </>
  )
}
