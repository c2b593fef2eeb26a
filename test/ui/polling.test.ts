import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { pollIntervalMs, runsPollIntervalMs } from '#app/ui/card/poll-interval.ts'
import { pollWhileVisible } from '#app/ui/use-polling.ts'
import { givenCard, givenIntegration, givenReport, givenRun, givenTurnedOff, NOON } from './given-card.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('the card is read every two seconds while something moves, and every fifteen at rest', () => {
  expect(pollIntervalMs(givenCard({ run: givenRun() }))).toBe(2_000)
  expect(pollIntervalMs(givenCard({ run: givenRun({ state: 'queued' }) }))).toBe(2_000)
  expect(pollIntervalMs(givenCard({ pending: 1 }))).toBe(2_000)
  expect(pollIntervalMs(givenCard())).toBe(15_000)
})

test('what is held does not move', () => {
  const refused = { kind: 'refused', by: 'key', accountName: 'Ada Boutique', refusedAt: NOON } as const
  expect(pollIntervalMs(givenCard({ connection: refused, pending: 9 }))).toBe(15_000)
  expect(pollIntervalMs(givenCard({ connection: { kind: 'none' }, pending: 9 }))).toBe(15_000)
  expect(pollIntervalMs(givenCard({ run: givenRun({ state: 'paused' }) }))).toBe(15_000)
})

test('what is turned off does not move, but what is being turned off is about to', () => {
  expect(pollIntervalMs(givenTurnedOff({ run: givenRun({ state: 'paused' }) }))).toBe(15_000)
  expect(pollIntervalMs(givenCard({ integration: givenIntegration({ status: 'turning_off' }) }))).toBe(2_000)
})

test('changes that wait for the sync delay are read less often', () => {
  expect(pollIntervalMs(givenCard({ pending: 4, delayedUntil: NOON }))).toBe(15_000)
})

test('a list of runs is read often while one of them is open', () => {
  expect(runsPollIntervalMs([givenReport(), givenReport({ state: 'delivering', endedAt: null })])).toBe(2_000)
  expect(runsPollIntervalMs([givenReport(), givenReport({ state: 'paused', endedAt: null })])).toBe(15_000)
  expect(runsPollIntervalMs([])).toBe(15_000)
})

test('a hidden page is not refreshed; when it becomes visible again it is, at once', () => {
  const page = Object.assign(new EventTarget(), { hidden: false })
  const refresh = vi.fn()
  const stop = pollWhileVisible(page as unknown as Document, 2_000, refresh)

  vi.advanceTimersByTime(6_000)
  expect(refresh).toHaveBeenCalledTimes(3)

  page.hidden = true
  page.dispatchEvent(new Event('visibilitychange'))
  vi.advanceTimersByTime(60_000)
  expect(refresh).toHaveBeenCalledTimes(3)

  page.hidden = false
  page.dispatchEvent(new Event('visibilitychange'))
  expect(refresh).toHaveBeenCalledTimes(4)

  stop()
  page.dispatchEvent(new Event('visibilitychange'))
  vi.advanceTimersByTime(60_000)
  expect(refresh).toHaveBeenCalledTimes(4)
  expect(vi.getTimerCount()).toBe(0)
})
