import { apiVersion } from '#app/shopify.server.ts'

/**
 * A version that is no longer served falls forward to the oldest that is, and the answer names the version it was given in.
 * https://shopify.dev/docs/api/usage/versioning
 */
const VERSION_HEADER = 'x-shopify-api-version'

let isServed: boolean | null = null

/** Notes in which version of the Admin API an answer was given. */
export function noteAnsweredVersion(headers: Headers): void {
  const version = headers.get(VERSION_HEADER)
  if (version !== null) isServed = version === apiVersion
}

/** Whether Shopify still serves the version that the app asks for, by the last answer to this process; null before one. */
export function isApiVersionServed(): boolean | null {
  return isServed
}
