import { expect, test } from 'vitest'
import { afterSending, GIVE_UP_AFTER_MS, type SendOutcome } from '#app/core/alert/send-outcome.ts'

const MINUTE_MS = 60_000
const firstDueAt = new Date('2026-12-01T12:00:00Z')
const message = { id: 'm', kind: 'opened', attempt: 1, firstDueAt } as const
const away: SendOutcome = { kind: 'unavailable', why: 'failing', status: 500 }

test('a message that was sent is done', () => {
  expect(afterSending({ kind: 'sent' }, message, firstDueAt)).toEqual({ kind: 'sent' })
})

test('a message that may arrive later is tried again with growing gaps for a day, and is then given up', () => {
  let now = firstDueAt
  const gaps: number[] = []
  for (let attempt = 1; ; attempt++) {
    const then = afterSending(away, { ...message, attempt }, now)
    if (then.kind !== 'retry') {
      expect(then).toEqual({ kind: 'given_up', why: 'failing', status: 500, turnsOff: false })
      break
    }
    gaps.push(then.at.getTime() - now.getTime())
    now = then.at
  }
  expect(now.getTime() - firstDueAt.getTime()).toBeLessThanOrEqual(GIVE_UP_AFTER_MS)
  expect(now.getTime() - firstDueAt.getTime()).toBeGreaterThan(GIVE_UP_AFTER_MS - 61 * MINUTE_MS)
  expect(gaps[0]).toBeLessThanOrEqual(MINUTE_MS)
  expect(Math.max(...gaps)).toBeLessThanOrEqual(60 * MINUTE_MS)
  expect(gaps.length).toBeLessThan(45)
})

test('a test is not repeated', () => {
  expect(afterSending(away, { ...message, kind: 'test' }, firstDueAt)).toMatchObject({ kind: 'given_up' })
})

test('what is refused is not tried again, and where nothing arrives any more the channel is turned off', () => {
  const refused = { kind: 'refused', why: 'refused', status: 554 } as const
  expect(afterSending(refused, message, firstDueAt)).toEqual({ ...refused, kind: 'given_up', turnsOff: false })
  const gone = { kind: 'gone', why: 'gone', status: 410 } as const
  expect(afterSending(gone, message, firstDueAt)).toEqual({ ...gone, kind: 'given_up', turnsOff: true })
})
