import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type ApplicationTokenAnswer, requestApplicationToken } from './application-token-request.ts'

/** A token is replaced so long before its end. */
const REPLACED_BEFORE_END_MS = 5 * 60_000

interface HeldToken {
  readonly value: string
  readonly goodUntilMs: number
}

// In memory only: they are never stored, and another process asks for its own.
const held = new Map<ShopDomain, HeldToken>()
const asking = new Map<ShopDomain, Promise<ApplicationTokenAnswer>>()

/** Whether a private key of the app is configured. */
export function hasAppKey(): boolean {
  return config.shopify.appKey !== null
}

/** Returns the application-only token that this process has for a shop; null if it has none, or one that ends within five minutes. */
export function heldApplicationToken(shop: ShopDomain): string | null {
  const token = held.get(shop)
  if (token && token.goodUntilMs > Date.now()) return token.value
  held.delete(shop)
  return null
}

/** Asks Shopify for an application-only token of a shop. One request at a time: whoever asks meanwhile gets the same answer. */
export function askForApplicationToken(shop: ShopDomain): Promise<ApplicationTokenAnswer> {
  const open = asking.get(shop)
  if (open !== undefined) return open
  const answer = ask(shop).finally(() => asking.delete(shop))
  asking.set(shop, answer)
  return answer
}

/** Forgets a token that Shopify refuses. Returns whether it was an application-only token. */
export function forgetApplicationToken(shop: ShopDomain, token: string): boolean {
  if (held.get(shop)?.value !== token) return false
  held.delete(shop)
  return true
}

async function ask(shop: ShopDomain): Promise<ApplicationTokenAnswer> {
  const { apiKey, appKey } = config.shopify
  if (!appKey) return { kind: 'shop_refused', code: null }
  const answer = await requestApplicationToken(shop, { apiKey, appKey })
  if (answer.kind === 'answered') {
    held.set(shop, { value: answer.token, goodUntilMs: Date.now() + answer.lifeMs - REPLACED_BEFORE_END_MS })
  }
  return answer
}
