import { type CountryCode, getCountries, isValidPhoneNumber, parsePhoneNumberWithError } from 'libphonenumber-js/max'

export type AddressReading =
  | { readonly kind: 'missing' }
  /** No mail system would take it. */
  | { readonly kind: 'malformed' }
  | { readonly kind: 'address'; readonly address: string }

// RFC 5321, section 4.5.3.1, and RFC 5322, section 3.2.3 (atext). Where dots may stand is left to Klaviyo.
const LOCAL = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}$/
const LABEL = /^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/

/** An e-mail address as Klaviyo is to have it: trimmed, in lower case, and in ASCII only. */
export function readAddress(text: string | null | undefined): AddressReading {
  const trimmed = text?.trim() ?? ''
  if (trimmed === '') return { kind: 'missing' }
  const [local = '', domain = '', ...more] = trimmed.split('@')
  const labels = domain.split('.')
  const isDomain = labels.length > 1 && labels.every((label) => LABEL.test(label)) && !/^\d+$/.test(labels.at(-1)!)
  if (more.length > 0 || trimmed.length > 254 || !LOCAL.test(local) || !isDomain) return { kind: 'malformed' }
  return { kind: 'address', address: trimmed.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) }
}

const countries: ReadonlySet<string> = new Set(getCountries())

/** A phone number in E.164, read with the country of the address (ISO 3166 alpha-2); null when it is no real number. */
export function readPhone(text: string | null | undefined, country: string | null | undefined): string | null {
  if (!text) return null
  const known = country && countries.has(country) ? (country as CountryCode) : undefined
  return isValidPhoneNumber(text, known) ? parsePhoneNumberWithError(text, known).format('E.164') : null
}
