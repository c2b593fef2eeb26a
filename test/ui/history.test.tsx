import { expect, test } from 'vitest'
import { historyOf } from '#app/core/report/history.ts'
import { HistoryTable } from '#app/ui/history/history-table.tsx'
import { drawnHtml, textIn } from './drawn.tsx'

const now = new Date('2026-11-21T12:20:00Z')
const hours = [{ hour: new Date('2026-11-21T11:00:00Z'), changes: 1_234, synced: 40, issues: 2 }]
const history = historyOf(hours, { timeZone: 'Europe/Berlin', now })

test('the chart can be read as a table with headings, by the shop’s clock, the newest first', () => {
  const html = drawnHtml(<HistoryTable history={history} range="hours" />)
  expect(html).toMatch(
    /<caption[^>]*>Profiles sent, issues found and changes from Shopify in each of the last 24 hours/,
  )
  expect(html.match(/<th scope="col">/g)).toHaveLength(4)
  expect(html.match(/<th scope="row">/g)).toHaveLength(24)
  expect(textIn(html)).toContain('1 PM–2 PM 0 0 0 12 PM–1 PM 40 2 1,234')
})

test('by day it has a row for each of 30 days', () => {
  const html = drawnHtml(<HistoryTable history={history} range="days" />)
  expect(html.match(/<th scope="row">/g)).toHaveLength(30)
  expect(textIn(html)).toContain('Nov 21 40 2 1,234')
})
