import type { RunReport } from '#app/core/report/activity.ts'
import { triggerWords } from '../copy/runs.ts'
import { Who } from './who.tsx'

/** Who or what began a run. */
export function Begun({ shop, run }: { shop: string; run: Pick<RunReport, 'trigger' | 'startedBy'> }) {
  const { trigger, startedBy } = run
  if (startedBy === null) return <>{triggerWords[trigger]}</>
  if (trigger === 'by_hand') return <Who shop={shop} who={startedBy} />
  return (
    <>
      {triggerWords[trigger]}, <Who shop={shop} who={startedBy} />
    </>
  )
}
