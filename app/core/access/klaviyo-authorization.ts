import type { ShopDomain } from '../ids.ts'

/** How long a merchant has at Klaviyo, and afterwards to answer what is asked about the account, in milliseconds. Klaviyo's own codes last five minutes. */
export const AUTHORIZATION_MS = 10 * 60_000
/** How many such logins a shop may have begun in that time. */
export const MOST_AUTHORIZATIONS = 5

/**
 * The state that travels through Klaviyo. It names its shop, so that it is looked up among that shop's only; what follows are 256 random bits.
 */
const STATE = /^([a-z0-9][a-z0-9-]{0,99})\.[A-Za-z0-9_-]{43}$/

/** Writes the state of a login. `secret` is 256 random bits in the alphabet of base64url, without padding. */
export function stateOf(shop: ShopDomain, secret: string): string {
  return `${shop.replace(/\.myshopify\.com$/, '')}.${secret}`
}

/** Returns the shop that a state names; null for a text that is no state. It says nothing about whether the state is valid. */
export function shopNamedInState(state: string): ShopDomain | null {
  const handle = STATE.exec(state)?.[1]
  return handle === undefined ? null : (`${handle}.myshopify.com` as ShopDomain)
}
