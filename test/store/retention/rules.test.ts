import { expect, test } from 'vitest'
import { retentionRules } from '#app/store/retention/retention-rules.ts'
import { TABLES_OF_A_SHOP } from '#app/store/shops.ts'
import { eventsWords } from '#app/ui/copy/loyalty.ts'
import { t } from '../../ui/drawn.tsx'
import { useStore } from '../given-store.ts'
import { oldRows } from './given-old-rows.ts'
import { sweep } from './sweep.ts'

const store = useStore()
const rows = oldRows(store)
const SECOND_MS = 1_000
const DAY_MS = 24 * 60 * 60_000
/** Rows that are written while shops are erased have no time: another test covers them. */
const timed = retentionRules.filter((rule) => 'keepMs' in rule && rule.keepMs > 0)

let days = 0
/** Each sweep is a day after the one before, because some rules are applied once an hour. */
const nextDay = () => new Date(Date.parse('2026-12-01T12:00:00Z') + ++days * DAY_MS)

test('every table of the database has a rule', async () => {
  const tables = await store.rows(
    `select table_name from information_schema.tables
     where table_schema = 'public' and table_type = 'BASE TABLE' and table_name <> '_prisma_migrations'`,
  )
  const ruled = new Set(retentionRules.map((rule) => rule.table))
  expect(tables.map((row) => row.table_name).filter((name) => !ruled.has(name))).toEqual([])
})

test('every table that names a shop is emptied when the shop is erased', async () => {
  const tables = await store.rows(
    `select table_name from information_schema.columns where table_schema = 'public' and column_name = 'shop'`,
  )
  const emptied = TABLES_OF_A_SHOP.map((name) => name.replaceAll('"', ''))
  expect([...emptied].sort()).toEqual(tables.map((row) => row.table_name).sort())
})

test('every rule with a time is tried below', () => {
  expect(Object.keys(rows).sort()).toEqual(timed.map((rule) => `${rule.table}: ${rule.rows}`).sort())
})

test('pages say how long what they show is kept', () => {
  const daysOf = (table: string, rows = '') =>
    timed.flatMap((rule) =>
      'keepMs' in rule && rule.table === table && rule.rows.startsWith(rows) ? `${rule.keepMs / DAY_MS} days` : [],
    )
  expect(t('privacy.subtitle')).toContain(daysOf('data_request')[0])
  expect(t('activity.noMore')).toContain(daysOf('sync_run')[0])
  expect(t('activity.noMore')).toContain(daysOf('sync_hour')[0])
  expect(eventsWords(t, { waiting: 0, dropped: 1 })[0]).toContain(daysOf('outbox', 'events')[0])
})

test.each(timed)('$table: $rows: a row is kept for its time, and then dropped', async (rule) => {
  if (!('keepMs' in rule)) throw new Error('not reached')
  const given = rows[`${rule.table}: ${rule.rows}`]!
  const now = nextDay()
  const young = await given(new Date(now.getTime() - rule.keepMs + SECOND_MS))
  const old = await given(new Date(now.getTime() - rule.keepMs - SECOND_MS))
  await sweep(now)
  expect({ young: await young(), old: await old() }).toEqual({ young: true, old: false })
})
