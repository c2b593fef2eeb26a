import { expect, test } from 'vitest'
import { readErrors, refusalOf } from '#app/klaviyo/klaviyo-errors.ts'

const wordsOf = (detail: string) => readErrors({ errors: [{ code: 'invalid', detail }] })[0]!.words

test.each([
  ['Invalid email address', 'Invalid email address'],
  ['No profile with email "ada@example.com" found.', 'No profile with email "…" found.'],
  ['ada@example.com is not valid', '… is not valid'],
  ['The number +49 30 1234567 is not valid', 'The number … is not valid'],
  [
    'Invalid phone number format (Example of a valid format: +12345678901)',
    'Invalid phone number format (Example of a valid format: +12345678901)',
  ],
])('of what Klaviyo says (%s) the words are kept, and nothing of the customer’s', (said, kept) => {
  expect(wordsOf(said)).toBe(kept)
})

test('an explanation that Postgres could not store, or that is too long, is cut', () => {
  expect(wordsOf('a\u0000b\nc')).toBe('a b c')
  expect(wordsOf('x'.repeat(5_000))).toHaveLength(300)
})

test('an answer without readable errors is a refusal all the same', () => {
  for (const body of [undefined, null, 'text', {}, { errors: [] }, { errors: 'many' }])
    expect(refusalOf(readErrors(body))).toEqual({
      kind: 'refused',
      code: 'profile_refused',
      words: '',
      conflictsWith: null,
      fields: [],
    })
})

test.each([
  [{ code: 'duplicate_profile', title: 'Conflict.' }, 'identity_conflict'],
  [{ code: 'invalid', source: { pointer: '/data/attributes/email' } }, 'invalid_email'],
  [{ code: 'invalid', source: { pointer: '/data/attributes/profiles/data/3/attributes/email' } }, 'invalid_email'],
  [{ code: 'invalid', source: { pointer: '/data/attributes/phone_number' } }, 'profile_refused'],
  [{ code: 'invalid' }, 'profile_refused'],
])('%j is %s', (error, code) => {
  expect(refusalOf(readErrors({ errors: [error] }))).toMatchObject({ code })
})
