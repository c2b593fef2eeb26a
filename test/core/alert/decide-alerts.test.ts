import { expect, test } from 'vitest'
import { decideAlerts, type OpenAlert } from '#app/core/alert/decide-alerts.ts'
import type { AlertFacts } from '#app/core/alert/observe.ts'
import { defaultAlerts } from '#app/core/settings/alerts.ts'
import { givenCard } from '#test/ui/given-card.ts'

const now = new Date('2026-12-01T12:00:00Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)

const well: AlertFacts = {
  card: givenCard({ run: null, liveStall: null, shopifyTrouble: null }),
  failedRun: null,
  heldRun: null,
  silence: null,
}
const failed: AlertFacts = { ...well, failedRun: { id: 'r', kind: 'full', at: ago(3) } }
const nothing = { opened: [], cleared: [], returned: [], over: [] }
const open = (differs: Partial<OpenAlert> = {}): OpenAlert => ({
  id: 'a',
  cause: 'run_failed',
  clearSince: null,
  ...differs,
})
const decide = (facts: AlertFacts, alerts: readonly OpenAlert[], choice = defaultAlerts) =>
  decideAlerts(facts, { choice, open: alerts, now })

const stalled = (minutes: number): AlertFacts => ({
  ...well,
  card: { ...well.card, liveStall: { why: 'klaviyo_away', since: ago(minutes).toISOString() } },
})
const withIssues = (issues: number): AlertFacts => ({
  ...well,
  card: { ...well.card, parts: { ...well.card.parts, customers: 100, invalidEmail: 0, otherIssues: issues } },
})

test('a cause opens when it is seen, with when it began and what is known', () => {
  expect(decide(failed, [])).toEqual({
    ...nothing,
    opened: [{ cause: 'run_failed', since: ago(3), detail: { run: 'full', runId: 'r' } }],
  })
})

test('a cause that is open is not opened again', () => {
  expect(decide(failed, [open()])).toEqual(nothing)
})

test('a cause that is absent is over only after a quarter of an hour without a break', () => {
  expect(decide(well, [open()])).toEqual({ ...nothing, cleared: [open()] })
  expect(decide(well, [open({ clearSince: ago(14) })])).toEqual(nothing)
  const quiet = open({ clearSince: ago(15) })
  expect(decide(well, [quiet])).toEqual({ ...nothing, over: [{ alert: quiet, overAt: ago(15), why: 'resolved' }] })
})

test('a cause that returns before it is over goes on', () => {
  const cleared = open({ clearSince: ago(14) })
  expect(decide(failed, [cleared])).toEqual({ ...nothing, returned: [cleared] })
})

test('the sync stands still once it has for as long as the merchant chose', () => {
  expect(decide(stalled(29), [])).toEqual(nothing)
  expect(decide(stalled(30), []).opened).toEqual([
    { cause: 'stalled', since: ago(30), detail: { stall: 'klaviyo_away' } },
  ])
  expect(decide(stalled(31), [], { ...defaultAlerts, stillMinutes: 60 }).opened).toEqual([])
})

test('a sync that moves now and then is one alert: it has to move for as long as it may stand still', () => {
  const alert = open({ cause: 'stalled', clearSince: ago(59) })
  const choice = { ...defaultAlerts, stillMinutes: 60 }
  expect(decide(well, [alert], choice).over).toEqual([])
  expect(decide(well, [{ ...alert, clearSince: ago(60) }], choice).over).toHaveLength(1)
})

test('what Shopify refuses stands still too, but withheld fields do not', () => {
  const because = (why: 'payment_due' | 'fields_withheld'): AlertFacts => ({
    ...well,
    card: { ...well.card, shopifyTrouble: { why, since: ago(40).toISOString(), words: null } },
  })
  expect(decide(because('payment_due'), []).opened).toMatchObject([{ detail: { stall: 'payment_due' } }])
  expect(decide(because('fields_withheld'), [])).toEqual(nothing)
})

test('a refused key is told as that, not also as a run that stands still', () => {
  const refusedAt = ago(90).toISOString()
  const stall = { why: 'klaviyo_refused', since: refusedAt } as const
  const facts: AlertFacts = {
    ...well,
    card: { ...well.card, connection: { kind: 'refused', by: 'key', accountName: 'Ada', refusedAt }, liveStall: stall },
  }
  expect(decide(facts, []).opened.map(({ cause }) => cause)).toEqual(['klaviyo_refused'])
})

test('many issues begin above the share that was chosen, and are over well below it', () => {
  const alert = open({ cause: 'many_issues' })
  expect(decide(withIssues(5), [])).toEqual(nothing)
  expect(decide(withIssues(6), []).opened).toMatchObject([{ detail: { customers: 6, of: 100 } }])
  expect(decide(withIssues(5), [alert])).toEqual(nothing)
  expect(decide(withIssues(4), [alert]).cleared).toEqual([alert])
})

test('a shop without customers has no share of issues', () => {
  const empty = { ...withIssues(0).card.parts, customers: 0 }
  expect(decide({ ...well, card: { ...well.card, parts: empty } }, [])).toEqual(nothing)
})

test('while the integration is off nothing begins, and what is open ends without saying that it is well', () => {
  const off = { ...failed.card, integration: { ...failed.card.integration, status: 'off' as const } }
  const facts = { ...failed, card: off }
  expect(decide(facts, [])).toEqual(nothing)
  expect(decide(facts, [open({ clearSince: ago(15) })]).over).toMatchObject([{ why: 'off' }])
})

test('a cause that is silenced does not begin, and ends at once', () => {
  const choice = { ...defaultAlerts, silenced: ['run_failed'] as const }
  expect(decide(failed, [], choice)).toEqual(nothing)
  expect(decide(failed, [open()], choice).over).toMatchObject([{ why: 'silenced', overAt: now }])
})
