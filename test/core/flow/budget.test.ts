import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type BudgetUse, grantCalls } from '#app/core/flow/budget.ts'

const limits = [
  { calls: 75, spanMs: 1_000 },
  { calls: 750, spanMs: 60_000 },
]
const at = (ms: number) => new Date(1_800_000_000_000 + ms)

test('a burst is granted at once, up to a margin below the limit of the shortest window', () => {
  expect(grantCalls(limits, [], 100, at(0))).toMatchObject({ granted: 71 })
})

test('what is refused is granted after the wait that was returned', () => {
  const first = grantCalls(limits, [], 71, at(0))
  const second = grantCalls(limits, first.use, 1, at(10))
  expect(second.granted).toBe(0)
  expect(grantCalls(limits, second.use, 1, at(10 + second.waitMs)).granted).toBe(1)
})

test('a clock that is set back frees nothing', () => {
  const { use } = grantCalls(limits, [], 71, at(60_000))
  expect(grantCalls(limits, use, 1, at(0)).granted).toBe(0)
})

const asks = fc.array(fc.record({ afterMs: fc.nat(4_000), wanted: fc.integer({ min: 1, max: 200 }) }), {
  maxLength: 300,
})

test('no second and no minute, wherever it begins, holds more calls than its limit; and waiting always helps', () => {
  fc.assert(
    fc.property(asks, (asked) => {
      let use: BudgetUse = []
      let nowMs = 0
      const calls: number[] = []
      for (const { afterMs, wanted } of asked) {
        nowMs += afterMs
        const grant = grantCalls(limits, use, wanted, at(nowMs))
        use = grant.use
        for (let i = 0; i < grant.granted; i++) calls.push(nowMs)
        if (grant.granted === wanted) continue
        expect(grant.waitMs).toBeGreaterThan(0)
        expect(grantCalls(limits, use, 1, at(nowMs + grant.waitMs)).granted).toBe(1)
      }
      for (const { calls: most, spanMs } of limits) {
        for (const [i, start] of calls.entries()) {
          expect(calls.slice(i).filter((call) => call < start + spanMs).length).toBeLessThanOrEqual(most)
        }
      }
    }),
    { numRuns: 50 },
  )
})
