import { expect, test } from 'vitest'
import { wordsOf } from '#app/telemetry/log.ts'

test.each([
  [new RangeError('too far', { cause: 'a secret' }), 'RangeError: too far'],
  [{ ...new Error(), message: 'lost', queue: 'sweep' }, 'lost'],
  ['gone', 'gone'],
  [undefined, 'undefined'],
])('%o is logged by its words', (error, words) => {
  expect(wordsOf(error)).toBe(words)
})
