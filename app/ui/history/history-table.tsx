import type { History } from '#app/core/report/history.ts'
import { numberIn } from '../language/number-in.ts'
import { useShopNow } from '../time/shop-clock.tsx'
import { historyRows, type Range, startWords } from './history-words.ts'

/** The chart's numbers as a table, the newest first. */
export function HistoryTable({ history, range }: { history: History; range: Range }) {
  const { t, language } = useShopNow()
  const { starts, ...numbers } = history[range]
  const clock = { t, language, timeZone: history.timeZone }
  const rows = starts.map((start, place) => ({ start, place })).reverse()
  return (
    <table className="ls-table">
      <caption className="ls-unseen">{t('history.caption', { range })}</caption>
      <thead>
        <tr>
          <th scope="col">{range === 'hours' ? t('history.hour') : t('history.day')}</th>
          {historyRows.map((row) => (
            <th key={row} scope="col">
              {t(`history.${row}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ start, place }) => (
          <tr key={start}>
            <th scope="row">{startWords(start, range, clock)}</th>
            {historyRows.map((row) => (
              <td key={row}>{numberIn(language, numbers[row][place] ?? 0)}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
