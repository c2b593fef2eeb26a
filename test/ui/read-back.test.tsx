import { expect, test } from 'vitest'
import type { EndedReadBack, OpenReadBack, ReadBackField, ReadBacks } from '#app/core/report/read-back-report.ts'
import { readBackToast } from '#app/ui/copy/read-back.ts'
import { ReadBackCard } from '#app/ui/read-back/read-back-card.tsx'
import { drawnHtml, drawnText, t } from './drawn.tsx'
import { NOON } from './given-card.ts'

const ended: EndedReadBack = {
  id: '1',
  trigger: 'nightly',
  scope: 'sample',
  startedAt: NOON,
  endedAt: NOON,
  end: 'finished',
  compared: 1_000,
  asSent: 1_000,
  repaired: 0,
  skipped: 0,
  fields: [],
}
const tier: ReadBackField = {
  name: 'loyalty_tier',
  customers: 3,
  repaired: 3,
  contested: false,
  examples: ['771001', '771002'],
}
const none: ReadBacks = { open: null, ended: [], all: null, isNightly: true }
const idle = { start: () => undefined, stop: () => undefined, busy: false }
const card = (readBacks: Partial<ReadBacks>) => <ReadBackCard readBacks={{ ...none, ...readBacks }} actions={idle} />
const text = (readBacks: Partial<ReadBacks>) => drawnText(card(readBacks))
const found = (...fields: ReadBackField[]) => text({ ended: [{ ...ended, asSent: 997, fields }] })

test('it says how many profiles Klaviyo has as they were sent, last night and before', () => {
  const before = { ...ended, id: '2', compared: 1, asSent: 0 }
  const shown = text({ ended: [ended, before, { ...before, id: '3', compared: 0, end: 'disconnected' }] })
  expect(shown).toContain('1,000 of 1,000 profiles as sent')
  expect(shown).toContain('0 of 1 profile as sent')
  expect(shown).toContain('Ended because Klaviyo was disconnected')
  expect(text({ ended: [{ ...ended, compared: 0, asSent: 0, skipped: 1 }] })).toMatch(
    /No profile could be compared.*1 more profile was not compared/,
  )
})

test('how a read-back ended that did not finish is said once', () => {
  const stopped = { ...ended, end: 'stopped' } as const
  expect(text({ ended: [stopped] }).match(/Stopped by a member of staff/g)).toHaveLength(1)
  expect(text({ ended: [{ ...stopped, compared: 0 }] }).match(/Stopped by a member of staff/g)).toHaveLength(1)
})

test('a difference is named by its field, with what was done and the pages of its customers', () => {
  const html = drawnHtml(card({ ended: [{ ...ended, asSent: 997, fields: [tier] }] }))
  expect(html).toContain('href="/app/customers/771001"')
  const shown = found(tier)
  expect(shown).toContain('997 of 1,000 profiles as sent')
  expect(shown).toContain('loyalty_tier different in 3 profiles')
  expect(shown).toContain('3 profiles were sent again.')
})

test('a field that something else writes says so, and what to do', () => {
  const shown = found({ ...tier, repaired: 0, contested: true })
  expect(shown).toContain('Something else writes this field')
  expect(shown).toContain('Field mapping')
  expect(shown).not.toContain('sent again.')
})

test('profiles that are gone, and a profile that was repaired this night already, are told apart', () => {
  const shown = found({ ...tier, name: null, customers: 1, repaired: 0 })
  expect(shown).toContain('Profile no longer in Klaviyo 1 customer')
  expect(shown).toContain('at most once a night')
})

test('the button says how many profiles it reads, and how long that takes', () => {
  const shown = text({ all: { profiles: 52_000, takesMs: 208_000 } })
  expect(shown).toContain('Check all 52,000 profiles now')
  expect(shown).toContain('This takes about 3 minutes.')
  expect(text({})).not.toContain('Check all')
  expect(text({ isNightly: false })).toContain('While the nightly check is off')
})

test('one that is open shows how far it is or why it waits, and can be stopped', () => {
  const open: OpenReadBack = {
    ...ended,
    scope: 'all',
    trigger: 'by_hand',
    expected: 52_000,
    remainingMs: 120_000,
    waits: null,
  }
  const shown = text({ open: { ...open, compared: 9_000, skipped: 1_000 } })
  expect(shown).toContain('10,000 of 52,000 profiles read back · about 2 minutes left')
  expect(shown).toContain('Stop reading back')
  expect(text({ open: { ...open, waits: 'klaviyo' } })).toContain('Klaviyo asked for a pause')
  expect(text({ open: { ...open, waits: 'off' } })).toContain('the integration is off')
})

test('each answer to the buttons has its words', () => {
  const kinds = ['started', 'open', 'nothing', 'stopped', 'over'] as const
  expect(kinds.map((kind) => readBackToast(t, { kind }))).toEqual([
    'Reading profiles back from Klaviyo',
    'Profiles are being read back already.',
    'Nothing was started: Lockstep must be turned on and connected to Klaviyo.',
    'Stopped',
    'It had already ended',
  ])
})
