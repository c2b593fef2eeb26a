import { Trans } from 'react-i18next'
import type { RunReport } from '#app/core/report/activity.ts'
import { byWhom, StaffLink } from './staff-link.tsx'

/** Who or what started a run, in one sentence. */
export function RunStartedBy({ shop, run }: { shop: string; run: Pick<RunReport, 'trigger' | 'startedBy'> }) {
  const { trigger, startedBy } = run
  return (
    <Trans
      i18nKey={`runs.triggers.${trigger}`}
      values={{ by: byWhom(startedBy) }}
      components={{ staff: <StaffLink shop={shop} member={startedBy} /> }}
    />
  )
}
