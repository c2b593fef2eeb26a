const LONGEST = 1_000

/** An address keeps its host only: paths and queries carry tokens, ids and personal data. */
const ADDRESS = /\b([a-z][a-z0-9+.-]*):\/\/(?:[^\s/@"'<>]*@)?([^\s/?#"'<>]*)[^\s"'<>]*/gi
/** The query of a path without a host, such as Shopify's `/app?id_token=…`. */
const QUERY = /\?[^\s"'<>]*=[^\s"'<>]*/g
const SCHEME = /\b(Bearer|Basic|Klaviyo-API-Key)\s+[^\s"',]+/gi
const NAMED =
  /\b((?:id_|access_|refresh_)?token|(?:client_|api_)?secret|passw(?:or)?d|api[_-]?key|authorization|hmac|signature|code(?==))(["']?\s*[=:]\s*["']?)(?!\[hidden\])[^\s"',;&}]+/gi
/** Keys and tokens of Klaviyo and Shopify begin with what they are; JSON web tokens with `eyJ`. */
const PREFIXED = /\b(?:pk|sk|shp[a-z]{2})_[\w-]{4,}|\beyJ[\w-]{6,}(?:\.[\w-]*)*/g
/** Keys, digests and signatures in hexadecimal digits or base64. Ids with hyphens are none. */
const DIGEST = /\b(?:[0-9a-f]{32,}|[0-9A-F]{32,})\b|(?<![\w+/])(?=[\w+/]*\d)(?=[\w+/]*[A-Z])[\w+/]{40,}={0,2}/g
const EMAIL = /[^\s@"'<>(),;:=/\\]+(?:@|%40)[^\s@"'<>(),;:=/\\]+\.[^\s@"'<>(),;:=/\\]+/gi
/** International numbers, numbers in groups, and in a text any ten digits or more. */
const PHONE = /(?:\+|%2B)\d[\d\s().-]{5,}\d|(?<![\w.-])\(?\d{3}\)?[ .-]\d{3}[ .-]\d{4}(?![\w-])/gi
const DIGITS_IN_TEXT = /(?<![\w/:.-])\d{10,15}(?![\w-])/g

/**
 * Returns a text as it may be logged: without e-mail addresses, phone numbers, keys, tokens, and everything of a web address but its host.
 * The last line of defence: nobody should log them in the first place.
 */
export function maskText(text: string): string {
  const masked = text
    .slice(0, 4 * LONGEST)
    .replace(ADDRESS, '$1://$2')
    .replace(QUERY, '?…')
    .replace(SCHEME, '$1 [hidden]')
    .replace(NAMED, '$1$2[hidden]')
    .replace(PREFIXED, '[hidden]')
    .replace(DIGEST, '[hidden]')
    .replace(EMAIL, '[e-mail]')
    .replace(PHONE, '[number]')
  return (/^\d+$/.test(masked) ? masked : masked.replace(DIGITS_IN_TEXT, '[number]')).slice(0, LONGEST)
}
