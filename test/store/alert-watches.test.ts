import { expect, test } from 'vitest'
import { listShopsWithAlertWork } from '#app/store/alert-watches.ts'
import { at, useStore } from './given-store.ts'
import { collectStatements } from './statements/collect-statements.ts'

const store = useStore()
const now = at('12:00:00')

test('of many shops with alerts and many messages that were sent, those with work are found by indexes, the longest waiting first', async () => {
  await store.rows(
    `insert into alert_watch (shop, check_at) select 'rest-' || n || '.myshopify.com', $1 from generate_series(1, 20000) n`,
    at('12:00:30'),
  )
  await store.rows(
    `insert into alert_message (shop, id, channel, content, created_at, first_due_at, due_at, sent_at)
     select 'rest-' || n % 20000 || '.myshopify.com', gen_random_uuid(), 'email', '{}', $1, $1, $1, $1 from generate_series(1, 50000) n`,
    at('08:00:00'),
  )
  await store.rows('insert into alert_watch values ($1, $2)', 'due.myshopify.com', at('11:59:00'))
  await store.rows(
    `insert into alert_message (shop, id, channel, content, created_at, first_due_at, due_at)
     values ($1, gen_random_uuid(), 'slack', '{}', $2, $2, $2)`,
    'unsent.myshopify.com',
    at('11:58:00'),
  )
  await store.rows('vacuum analyze alert_watch, alert_message')
  expect(await listShopsWithAlertWork(now, 100)).toEqual(['unsent.myshopify.com', 'due.myshopify.com'])

  const statement = collectStatements().find(({ place }) => place === 'alert-watches.ts listShopsWithAlertWork')!
  const values = statement.values.map(({ expression }) => (expression === 'now' ? now : 100))
  const plan = await store.rows(`explain ${statement.text}`, ...values)
  expect(plan.map((row) => row['QUERY PLAN']).join('\n')).not.toMatch(/Seq Scan/)
})
