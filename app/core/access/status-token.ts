import type { ShopDomain } from '../ids.ts'

/** How many tokens a shop may have at once: one for each agency and tool, with room to replace them. */
export const MOST_TOKENS = 20
/** How many calls a token may make at once. */
export const CALLS_AT_ONCE = 60
/** After how long one more call is allowed, in milliseconds: sixty a minute. */
export const CALL_EVERY_MS = 1_000
export const LONGEST_TOKEN_NAME = 60

/**
 * A token names its shop, so that it is looked up among that shop's tokens only, and is found by programs that search for leaked secrets.
 * What follows are 256 random bits.
 */
const TOKEN = /^lockstep_([a-z0-9][a-z0-9-]{0,99})_[A-Za-z0-9_-]{43}$/

/** Writes a token of a shop. `secret` is 256 random bits in the alphabet of base64url, without padding. */
export function tokenOf(shop: ShopDomain, secret: string): string {
  return `lockstep_${shop.replace(/\.myshopify\.com$/, '')}_${secret}`
}

/** Returns the shop that a token names; null for a text that is no token. It says nothing about whether the token is valid. */
export function shopNamedIn(token: string): ShopDomain | null {
  const handle = TOKEN.exec(token)?.[1]
  return handle === undefined ? null : (`${handle}.myshopify.com` as ShopDomain)
}

/** Returns a token's name as a merchant typed it, cleaned up; null if it is empty, too long, or holds characters that are not shown. */
export function parseTokenName(typed: string): string | null {
  const name = typed.trim()
  return name.length <= LONGEST_TOKEN_NAME && /^[^\p{Cc}\p{Cs}\p{Cf}]+$/u.test(name) ? name : null
}

/** A token as the page of tokens shows it. Instants are ISO 8601 text. */
export interface StatusTokenView {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  /** Null if it was never used. */
  readonly lastUsedAt: string | null
}

/** What came of making a token. */
export type TokenMade =
  /** The only time that the token can be seen. */
  { readonly kind: 'made'; readonly name: string; readonly token: string } | { readonly kind: 'too_many' }
