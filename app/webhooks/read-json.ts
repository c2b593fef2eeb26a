const TOO_LONG_FOR_A_NUMBER = /\d{16}/

/**
 * Parses JSON but keeps long whole numbers as text: Shopify's ids exceed 2^53, above which a number loses its last digits. Undefined if it
 * is not JSON.
 */
export function readJson(text: string): unknown {
  try {
    return TOO_LONG_FOR_A_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)
  } catch {
    return undefined
  }
}

// The third argument, the source text, is newer than TypeScript's library.
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  return context?.source && /^\d+$/.test(context.source) ? context.source : value
}
