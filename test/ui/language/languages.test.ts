import { expect, test } from 'vitest'
import { chooseLanguage } from '#app/ui/language/languages.ts'

test.each([
  [{ locale: 'en-GB', acceptLanguage: null }, 'en'],
  [{ locale: 'xx', acceptLanguage: null }, 'en'],
  [{ locale: '', acceptLanguage: '' }, 'en'],
  [{ locale: null, acceptLanguage: '*' }, 'en'],
  [{ locale: `${'e'.repeat(10_000)}`, acceptLanguage: ';;;,,,q=' }, 'en'],
])('%o is shown in %s', (asked, language) => {
  expect(chooseLanguage(asked)).toBe(language)
})
