import type { SyncRunKind } from '#app/core/report/sync-card.ts'
import { count } from '../copy/amounts.ts'
import { type countLabels, runCountLabel } from '../copy/runs.ts'

export type CountName = keyof typeof countLabels

/** The counts of a run or an hour, in one row. */
export function Counts<Name extends CountName>({
  of,
  names,
  kind,
}: {
  of: Readonly<Record<Name, number>>
  names: readonly Name[]
  kind: SyncRunKind | 'hour'
}) {
  return (
    <ul className="ls-run-counts">
      {names.map((name) => (
        <li key={name}>
          {runCountLabel(kind, name)} <b>{count(of[name])}</b>
        </li>
      ))}
    </ul>
  )
}
