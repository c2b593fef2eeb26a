import polarisGerman from '@shopify/polaris/locales/de.json' with { type: 'json' }
import polarisEnglish from '@shopify/polaris/locales/en.json' with { type: 'json' }
import polarisSpanish from '@shopify/polaris/locales/es.json' with { type: 'json' }
import polarisFrench from '@shopify/polaris/locales/fr.json' with { type: 'json' }
import polarisJapanese from '@shopify/polaris/locales/ja.json' with { type: 'json' }
import polarisPortuguese from '@shopify/polaris/locales/pt-BR.json' with { type: 'json' }
import german from '../copy/de.json' with { type: 'json' }
import english from '../copy/en.json' with { type: 'json' }
import spanish from '../copy/es.json' with { type: 'json' }
import french from '../copy/fr.json' with { type: 'json' }
import japanese from '../copy/ja.json' with { type: 'json' }
import portuguese from '../copy/pt-BR.json' with { type: 'json' }
import type { Language } from './languages.ts'
import type { Sentences } from './translation.ts'

const all: Readonly<Record<Language, Sentences>> = {
  en: { language: 'en', app: english, polaris: polarisEnglish },
  de: { language: 'de', app: german, polaris: polarisGerman },
  fr: { language: 'fr', app: french, polaris: polarisFrench },
  es: { language: 'es', app: spanish, polaris: polarisSpanish },
  ja: { language: 'ja', app: japanese, polaris: polarisJapanese },
  'pt-BR': { language: 'pt-BR', app: portuguese, polaris: polarisPortuguese },
}

/** The sentences of a language. All of them stay on the server: a page gets those of its language with its data. */
export function sentencesIn(language: Language): Sentences {
  return all[language]
}
