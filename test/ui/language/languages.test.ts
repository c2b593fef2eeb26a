import { expect, test } from 'vitest'
import { chooseLanguage } from '#app/ui/language/languages.ts'

test.each([
  [{ locale: 'de', acceptLanguage: 'fr' }, 'de'],
  [{ locale: 'de-AT', acceptLanguage: null }, 'de'],
  [{ locale: 'fr-CA', acceptLanguage: null }, 'fr'],
  [{ locale: 'pt-PT', acceptLanguage: null }, 'pt-BR'],
  [{ locale: 'ja', acceptLanguage: null }, 'ja'],
  [{ locale: 'nl', acceptLanguage: 'nl;q=0.9, es;q=0.8' }, 'es'],
  [{ locale: null, acceptLanguage: 'sv, DE-de;q=0.7' }, 'de'],
  [{ locale: null, acceptLanguage: null }, 'en'],
  [{ locale: 'en-GB', acceptLanguage: null }, 'en'],
  [{ locale: 'xx', acceptLanguage: null }, 'en'],
  [{ locale: '', acceptLanguage: '' }, 'en'],
  [{ locale: null, acceptLanguage: '*' }, 'en'],
  [{ locale: `${'e'.repeat(10_000)}`, acceptLanguage: ';;;,,,q=' }, 'en'],
])('%o is shown in %s', (asked, language) => {
  expect(chooseLanguage(asked)).toBe(language)
})
