export type EmailAddress =
  | { readonly kind: 'good'; readonly address: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'malformed' }

// Only what no mail system accepts is refused here. What only Klaviyo refuses is left to Klaviyo, whose rules are not published. Japanese
// carriers issued addresses with consecutive dots, and with a dot before the @: https://github.com/PHPMailer/PHPMailer/issues/418
const LONGEST_ADDRESS = 100 // Klaviyo's limit
const LONGEST_LOCAL_PART = 64 // https://www.rfc-editor.org/rfc/rfc5321#section-4.5.3.1
const LOCAL_PART = /^[a-z0-9!#$%&'*+/=?^_`{|}~-][a-z0-9!#$%&'*+/=?^_`{|}~.-]*$/i
/** The last label may be an international one: https://www.iana.org/domains/root/db */
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--(?:[a-z0-9-]{0,58}[a-z0-9]))$/i

/** Returns the address as it is sent, trimmed and in lower case (Klaviyo compares addresses so), or why there is none. */
export function emailAddressOf(raw: string | null): EmailAddress {
  const address = raw?.trim()
  if (!address) return { kind: 'missing' }
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  const fits = at > 0 && at <= LONGEST_LOCAL_PART && address.length <= LONGEST_ADDRESS
  if (!fits || !LOCAL_PART.test(local) || !DOMAIN.test(address.slice(at + 1))) return { kind: 'malformed' }
  return { kind: 'good', address: address.toLowerCase() } // of ASCII only: the Kelvin sign in lower case would be a k
}
