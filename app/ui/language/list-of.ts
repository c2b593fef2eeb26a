/** `A, B and C` in the page's language; the empty text for no items. */
export function listOf(items: readonly string[], language: string): string {
  return format(items, language, 'conjunction')
}

/** `A, B or C` in the page's language; the empty text for no items. */
export function anyOf(items: readonly string[], language: string): string {
  return format(items, language, 'disjunction')
}

function format(items: readonly string[], language: string, type: 'conjunction' | 'disjunction'): string {
  // The lists of British English have no comma before "and".
  return new Intl.ListFormat(language === 'en' ? 'en-GB' : language, { type }).format(items)
}
