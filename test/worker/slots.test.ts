import { expect, test, vi } from 'vitest'
import { answerAwaited } from '#app/telemetry/facts.ts'
import { Slots } from '#app/worker/slots.ts'

/** A turn that makes a request and ends with its answer, as a request to Klaviyo does. */
function waitingTurn() {
  const answer = Promise.withResolvers<void>()
  const turn = async () => {
    await null
    answerAwaited.tell(answer.promise)
    await answer.promise
  }
  return { turn, answer: answer.resolve }
}

/** Whether the slot has been free again so far. */
function freed(slots: Slots, turn: () => Promise<void>): { readonly now: boolean } {
  const state = { now: false }
  void slots.take(turn).then(() => {
    state.now = true
  })
  return state
}

test('a turn that waits for an answer gives its slot back, and is waited for at the end', async () => {
  const slots = new Slots({ count: 1, mostWaiting: 5, patienceMs: 50 })
  const { turn, answer } = waitingTurn()
  const slot = freed(slots, turn)
  expect(slots.full).toBe(true)
  await vi.waitUntil(() => slot.now, { timeout: 10_000 })
  expect(slots.full).toBe(false)

  let ended = false
  const all = slots.allEnded().then(() => {
    ended = true
  })
  await slots.take(async () => {})
  expect(ended).toBe(false)
  answer()
  await all
})

test('a turn that works keeps its slot until it ends, however long', async () => {
  const slots = new Slots({ count: 1, mostWaiting: 5, patienceMs: 50 })
  const work = Promise.withResolvers<void>()
  const slot = freed(slots, () => work.promise)
  const beside = waitingTurn()
  await slots.take(beside.turn) // it gives up its slot after the patience that the first one had as well
  expect(slot.now).toBe(false)
  work.resolve()
  await vi.waitUntil(() => slot.now, { timeout: 20_000 })
  beside.answer()
  await slots.allEnded()
})

test('when too many wait already, the next one keeps its slot until one of them is answered', async () => {
  const slots = new Slots({ count: 3, mostWaiting: 2, patienceMs: 50 })
  const turns = Array.from({ length: 3 }, waitingTurn)
  const taken = turns.map(({ turn }) => freed(slots, turn))
  await vi.waitUntil(() => taken.filter((slot) => slot.now).length === 2, { timeout: 10_000 })
  expect(slots.full).toBe(false)
  const kept = taken.findIndex((slot) => !slot.now)
  turns[kept === 0 ? 1 : 0]!.answer()
  await vi.waitUntil(() => taken[kept]!.now, { timeout: 10_000 })
  for (const { answer } of turns) answer()
  await slots.allEnded()
})
