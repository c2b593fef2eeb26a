import fc from 'fast-check'
import { expect, test } from 'vitest'
import { errorVocabulary, properWords } from '#app/core/support/error-vocabulary.ts'
import { maskWords } from '#app/core/support/mask-words.ts'

const FIRST_NAMES =
  `ada ben cy dan eve may will mark grace hope joy rose frank bill art jack john james mary linda susan karen lisa sarah anna emma
  olivia noah liam luca mia lena max paul peter tom tim sam jean pierre marie maria jose juan luis carlos ana sofia yuki hiro ken miguel angel
  jesus christian destiny chance faith summer april june august dawn ivy lily daisy violet ruby pearl crystal melody harmony page`
    .split(/\s+/)
    .filter((name) => name !== 'page')

test.each([
  ['Invalid email address', 'Invalid email address'],
  ["The phone number '+49 151 12345678' is not valid.", 'The phone number … is not valid.'],
  ['ada.lovelace@example.com is not a valid email address', '… is not a valid email address'],
  ['Profile for Ada Lovelace was rejected', 'Profile for … was rejected'],
  ['The name ada lovelace is too long', 'The name … is too long'],
  ['“Ada” cannot be empty; "Will" is reserved', '… cannot be empty; … is reserved'],
  ['The value of phone_number must be E.164', 'The value of phone_number must be …'],
  ['Key pk_0123456789abcdef is not valid', 'Key … is not valid'],
  ['Klaviyo and Shopify return JSON from the GraphQL API.', 'Klaviyo and Shopify return JSON from the GraphQL API.'],
  ['クララの電話番号は無効です', '…'],
  ['Access denied for defaultPhoneNumber field', 'Access denied for … field'],
  ['', ''],
])('%s becomes %s', (text, masked) => {
  expect(maskWords(text)).toBe(masked)
})

test('an unclosed quotation is masked to its end', () => {
  expect(maskWords('The value "Ada of London is not valid')).toBe('The value …')
  expect(maskWords("The value 'Ada is not valid")).toBe('The value …')
})

test('no word that is a first name is kept', () => {
  expect(FIRST_NAMES.filter((name) => errorVocabulary.has(name))).toEqual([])
})

test('whatever a text holds, only words of error messages are left, and no digit', () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.emailAddress(),
    fc.webUrl(),
    fc.constantFrom(...errorVocabulary, ...properWords, '"', "'", '“', '…', '+49 151 2345678', 'Ada', 'ada lovelace'),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const masked = maskWords(pieces.join(' '))
      const words = masked.match(/[\p{L}\p{M}]+/gu) ?? []
      const strange = words.filter((word) => !properWords.has(word) && !errorVocabulary.has(word.toLowerCase()))
      expect(strange).toEqual([])
      expect(masked).not.toMatch(/[\p{N}@"“”«»+]/u)
      expect(masked.length).toBeLessThanOrEqual(300)
    }),
    { numRuns: 2_000 },
  )
})

test('a hostile text costs no time', () => {
  const from = performance.now()
  for (const text of ["'".repeat(1_000_000), '"a'.repeat(500_000), '…,'.repeat(500_000), 'a'.repeat(1_000_000)])
    maskWords(text)
  expect(performance.now() - from).toBeLessThan(1_000)
})
