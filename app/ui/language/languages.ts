/** The languages of the app's pages, as Shopify names them. The first is used where the merchant's own is none of them. */
export const languages = ['en', 'de', 'fr', 'es', 'ja', 'pt-BR'] as const
export type Language = (typeof languages)[number]

/**
 * The language for a merchant: that of the Shopify admin (the `locale` parameter of the page's address), otherwise the first one of the
 * browser's own list (the `Accept-Language` header) that the app has, otherwise English.
 */
export function chooseLanguage(asked: { locale: string | null; acceptLanguage: string | null }): Language {
  const wanted = [
    asked.locale ?? '',
    ...(asked.acceptLanguage ?? '').split(',').map((part) => part.split(';')[0] ?? ''),
  ]
  for (const tag of wanted) {
    const found = languageOf(tag)
    if (found !== null) return found
  }
  return languages[0]
}

/** The app's language for a tag such as `de-AT` or `pt-BR`; null if it has none. Portuguese of any country is Brazil's. */
function languageOf(tag: string): Language | null {
  const asked = tag.trim().toLowerCase().split('-')[0]
  return languages.find((each) => each.toLowerCase().split('-')[0] === asked) ?? null
}
