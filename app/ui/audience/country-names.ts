import { countryCodes } from '#app/core/profile/countries.ts'
import type { Named } from '#app/core/settings/audience.ts'

/** Returns the countries that an address in Shopify may have, with their names in the page's language, by name. */
export function countryNames(language: string): readonly Named[] {
  const { compare } = new Intl.Collator(language)
  return countryCodes
    .map((id) => ({ id, name: countryName(id, language) }))
    .sort((one, other) => compare(one.name, other.name))
}

/** The name of a country in the page's language; its code if it is not known. */
export function countryName(code: string, language: string): string {
  return namesIn(language).of(code) ?? code
}

const known = new Map<string, Intl.DisplayNames>()

function namesIn(language: string): Intl.DisplayNames {
  const names = known.get(language) ?? new Intl.DisplayNames(language, { type: 'region' })
  known.set(language, names)
  return names
}
