import { expect, test } from 'vitest'
import { integrationTransitions, mayChangeStatus, statusesBefore } from '#app/core/flow/integration-status.ts'
import { statuses, statusSteps } from './given-steps.ts'

const can = (allowed: boolean) => (allowed ? 'may' : 'may not')

test('every status of the integration is spoken of here', () => {
  expect(Object.keys(integrationTransitions).toSorted()).toEqual(statuses.toSorted())
  expect(statusSteps).toHaveLength(9)
})

test.each(statusSteps.map((step) => ({ ...step, can: can(step.allowed) })))(
  'the integration $can go from $from to $to',
  (step) => {
    expect(mayChangeStatus(step.from, step.to)).toBe(step.allowed)
  },
)

test('it is turned on from off, and from turning off; off is reached through turning off alone', () => {
  expect(statusesBefore('on')).toEqual(['turning_off', 'off'])
  expect(statusesBefore('turning_off')).toEqual(['on'])
  expect(statusesBefore('off')).toEqual(['turning_off'])
})
