import polarisEnglish from '@shopify/polaris/locales/en.json' with { type: 'json' }
import english from '../copy/en.json' with { type: 'json' }
import type { Language } from './languages.ts'
import type { Sentences } from './translation.ts'

const all: Readonly<Record<Language, Sentences>> = {
  en: { language: 'en', app: english, polaris: polarisEnglish },
}

/** The sentences of a language. All of them stay on the server: a page gets those of its language with its data. */
export function sentencesIn(language: Language): Sentences {
  return all[language]
}
