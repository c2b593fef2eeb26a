import { expect, test } from 'vitest'
import { mayStep, type SyncRunState, syncRunSteps } from '#app/core/flow/sync-run-state.ts'

const states = Object.keys(syncRunSteps) as SyncRunState[]

test.each(states.flatMap((from) => states.map((to) => [from, to] as const)))('a run from %s to %s', (from, to) => {
  expect(mayStep(from, to)).toBe((syncRunSteps[from] as readonly string[]).includes(to))
})

test('what has ended never goes on', () => {
  for (const ended of ['finished', 'failed', 'cancelled'] as const) expect(syncRunSteps[ended]).toEqual([])
})
