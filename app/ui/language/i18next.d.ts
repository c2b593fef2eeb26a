import 'i18next'
import type english from '../copy/en.json'

// Makes `t('card.title')` a type error for a key that the English catalogue does not have.
declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'copy'
    resources: { copy: typeof english }
    nsSeparator: false
    returnNull: false
  }
}
