/** `A, B and C` in the page's language; the empty text for no items. */
export function listOf(items: readonly string[], language: string): string {
  // The lists of British English have no comma before "and".
  return new Intl.ListFormat(language === 'en' ? 'en-GB' : language).format(items)
}
