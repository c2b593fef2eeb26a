import type { AppProviderProps } from '@shopify/polaris'
import i18next, { type i18n } from 'i18next'
import Icu from 'i18next-icu'
import type english from '../copy/en.json'
import type { Language } from './languages.ts'

/** All sentences of the app in one language: ICU messages (https://unicode-org.github.io/icu/userguide/format_parse/messages/) by key. */
export type Catalogue = typeof english

/** All that is said in one language: the app's own sentences, and those of Polaris. */
export interface Sentences {
  readonly language: Language
  readonly app: Catalogue
  readonly polaris: AppProviderProps['i18n']
}

const known = new Map<Language, i18n>()

/**
 * The translator of a language, for `I18nextProvider`. One per language and process: it holds nothing of a visitor, and keeps the messages
 * that it has parsed. It throws for a message whose parameters are missing, so that no page shows half a sentence.
 */
export function translationIn({ language, app }: Sentences): i18n {
  const before = known.get(language)
  if (before !== undefined) return before
  const translation = i18next.createInstance()
  translation.use(new Icu({ parseErrorHandler: cannotBeShown })).init({
    lng: language,
    resources: { [language]: { copy: app } },
    ns: ['copy'],
    defaultNS: 'copy',
    nsSeparator: false,
    fallbackLng: false,
    initAsync: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  known.set(language, translation)
  return translation
}

function cannotBeShown(error: Error, key: string): never {
  throw new Error(`The message ${key} cannot be shown.`, { cause: error })
}
