import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max'

// The full metadata: the smaller sets accept numbers that do not exist, and two customers with such a number would become one profile in
// Klaviyo, which also matches people by phone.

/**
 * Returns a phone number in E.164, the only form Klaviyo accepts, or null if there is none or it is not a valid number. `countryCode` (ISO
 * 3166 alpha-2, of the address) is used for a number without a country code.
 */
export function phoneNumberOf(raw: string | null, countryCode: string | null): string | null {
  if (!raw) return null
  const country = countryCode && isSupportedCountry(countryCode) ? (countryCode as CountryCode) : undefined
  const number = parsePhoneNumberFromString(raw, country)
  return number?.isValid() ? number.number : null
}
