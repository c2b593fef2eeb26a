import { expect, test } from 'vitest'
import type { Decision } from '#app/core/flow/decision.ts'
import { eventsAfter, listChangeAfter } from '#app/core/flow/follow-ups.ts'
import { defaultLoyalty, type LoyaltyValues } from '#app/core/profile/loyalty.ts'
import { noTimes } from '#app/core/profile/loyalty-times.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { known } from './given-known.ts'

const list = { id: 'L', name: 'List' }
const chosen = { destination: { ...defaultDestination, list }, audience: { leaving: 'off_list' } } as const
const push: Decision = { kind: 'push', fieldsToClear: null }
const byRule: Decision = { kind: 'excluded', code: 'rule_tags' }
const noEmail: Decision = { kind: 'excluded', code: 'no_email' }

test.each([
  ['excluded by a rule leaves the list', { decision: byRule }, chosen, 'leave'],
  [
    'excluded by a rule stays, if the merchant wants that',
    { decision: byRule },
    { ...chosen, audience: { leaving: 'keep' } },
    null,
  ],
  ['excluded for another reason stays', { decision: noEmail }, chosen, null],
  [
    'excluded by a rule that was never delivered is on no list',
    { decision: byRule, known: known({ isNew: true }) },
    chosen,
    null,
  ],
  ['excluded by a rule that nothing is known of is on no list', { decision: byRule, known: null }, chosen, null],
  [
    'that a rule had removed joins again when it is pushed',
    { decision: push, known: known({ offList: true }) },
    chosen,
    'join',
  ],
  [
    'that a rule had removed joins again when it is unchanged',
    { decision: { kind: 'unchanged' }, known: known({ offList: true }) },
    chosen,
    'join',
  ],
  [
    'that a rule had removed waits until it is delivered',
    { decision: push, known: known({ offList: true }), isSettled: false },
    chosen,
    null,
  ],
  ['that is on the list already stays as it is', { decision: push }, chosen, null],
  ['changes no list when none is chosen', { decision: byRule }, { ...chosen, destination: defaultDestination }, null],
] as const)('a profile %s', (_what, one, choice, change) => {
  expect(listChangeAfter({ known: known(), isSettled: true, ...one }, choice)).toBe(change)
})

const choices = { mapping: defaultMapping, loyalty: { ...defaultLoyalty, on: true } }
const deliveredBefore = (values: LoyaltyValues) => ({ delivered: { values, times: noTimes }, backfill: false })

test('each loyalty value that changed is an event, in order', () => {
  const before = deliveredBefore({ points: 250, tier: 'Gold' })
  expect(eventsAfter({ points: 300, tier: 'Black' }, before, { choices, backfill: false })).toEqual([
    {
      ...{ metric: 'points', oldValue: 250, newValue: 300, backfill: false },
      ...{ valueName: 'loyalty_points', direction: 'up' },
    },
    { metric: 'tier', oldValue: 'Gold', newValue: 'Black', backfill: false, valueName: 'loyalty_tier' },
  ])
  expect(eventsAfter({ points: 250, tier: 'Gold' }, before, { choices, backfill: false })).toEqual([])
})

test('a value that is stored and not recorded is no event', () => {
  const onlyPoints = { ...choices, loyalty: { on: true, recorded: ['points'] } as const }
  const before = deliveredBefore({ points: 250, tier: 'Gold' })
  expect(eventsAfter({ points: 300, tier: 'Black' }, before, { choices: onlyPoints, backfill: false })).toMatchObject([
    { metric: 'points' },
  ])
  const off = { ...choices, loyalty: defaultLoyalty }
  expect(eventsAfter({ points: 300, tier: 'Black' }, before, { choices: off, backfill: false })).toEqual([])
})

test('values that were not known before are no event', () => {
  expect(eventsAfter({ points: 300, tier: 'Black' }, undefined, { choices, backfill: false })).toEqual([])
})

test.each([
  ['a full run delivers now', { before: false, now: true }],
  ['a full run was to deliver', { before: true, now: false }],
])('what %s belongs to the past', (_what, { before, now }) => {
  const known = { ...deliveredBefore({ points: 250, tier: null }), backfill: before }
  expect(eventsAfter({ points: 300, tier: null }, known, { choices, backfill: now })).toMatchObject([
    { backfill: true },
  ])
})
