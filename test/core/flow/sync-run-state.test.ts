import { expect, test } from 'vitest'
import { mayTransition, openRunStates, statesBefore, syncRunTransitions } from '#app/core/flow/sync-run-state.ts'
import { runStates, runSteps } from './given-steps.ts'

const can = (allowed: boolean) => (allowed ? 'may' : 'may not')

test('every state of a run is spoken of here', () => {
  expect(Object.keys(syncRunTransitions).toSorted()).toEqual(runStates.toSorted())
  expect(runSteps).toHaveLength(49)
})

test.each(runSteps.map((step) => ({ ...step, can: can(step.allowed) })))('a run $can go from $from to $to', (step) => {
  expect(mayTransition(step.from, step.to)).toBe(step.allowed)
})

test('the states from which a run may be cancelled are the open ones; those for other states are returned as well', () => {
  expect(statesBefore('cancelled')).toEqual(['queued', 'reading', 'delivering', 'paused'])
  expect(openRunStates).toEqual(['queued', 'reading', 'delivering', 'paused'])
  expect(statesBefore('paused')).toEqual(['queued', 'reading', 'delivering'])
  expect(statesBefore('failed')).toEqual(['queued', 'reading', 'delivering'])
  expect(statesBefore('finished')).toEqual(['delivering'])
  expect(statesBefore('delivering')).toEqual(['reading', 'paused'])
  expect(statesBefore('reading')).toEqual(['queued', 'paused'])
  expect(statesBefore('queued')).toEqual(['reading', 'paused'])
})
