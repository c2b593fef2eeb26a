import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

// The full metadata: the smaller sets take numbers for real that are not, and two customers who share one such number would
// become one profile in Klaviyo, which matches people by phone as well.

/**
 * A phone number in E.164, the only form Klaviyo takes, or null when there is none or it is no real number.
 * `countryCode` (ISO 3166 alpha-2, the address's) reads a number written without its country.
 */
export function phoneNumberOf(raw: string | null, countryCode: string | null): string | null {
  if (!raw) return null
  const country = countryCode && isSupportedCountry(countryCode) ? (countryCode as CountryCode) : undefined
  const number = parsePhoneNumberFromString(raw, country)
  return number?.isValid() ? number.number : null
}
