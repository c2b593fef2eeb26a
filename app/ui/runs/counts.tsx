import { useTranslation } from 'react-i18next'
import type { SyncRunKind } from '#app/core/report/sync-card.ts'
import { type CountName, runCountLabel } from '../copy/runs.ts'
import { numberIn } from '../language/number-in.ts'

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
  const { t, i18n } = useTranslation()
  return (
    <ul className="ls-run-counts">
      {names.map((name) => (
        <li key={name}>
          {runCountLabel(t, kind, name)} <b>{numberIn(i18n.language, of[name])}</b>
        </li>
      ))}
    </ul>
  )
}
