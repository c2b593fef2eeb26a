import { randomBytes, randomUUID } from 'node:crypto'
import { type StatusTokenView, shopNamedIn, type TokenMade, tokenOf } from '#app/core/access/status-token.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { countTokenUse, deleteStatusToken, listStatusTokens, saveStatusToken } from '#app/store/status-tokens.ts'
import { statusTokenEvent } from '../events.ts'

const SECRET_BYTES = 32

/** Makes a token with which a program reads the shop's status. It is returned once, and cannot be read again. */
export async function makeStatusToken(shop: ShopDomain, name: string, now: Date): Promise<TokenMade> {
  const token = tokenOf(shop, randomBytes(SECRET_BYTES).toString('base64url'))
  if (!(await saveStatusToken(shop, { id: randomUUID(), name, token }, now))) return { kind: 'too_many' }
  statusTokenEvent('status_token_made', shop)
  return { kind: 'made', name, token }
}

/** Ends a token of the shop at once. Does nothing for one that it does not have. */
export async function revokeStatusToken(shop: ShopDomain, id: string): Promise<void> {
  await deleteStatusToken(shop, id)
  statusTokenEvent('status_token_revoked', shop)
}

export async function loadStatusTokens(shop: ShopDomain): Promise<StatusTokenView[]> {
  const tokens = await listStatusTokens(shop)
  return tokens.map(({ createdAt, lastUsedAt, ...token }) => ({
    ...token,
    createdAt: createdAt.toISOString(),
    lastUsedAt: lastUsedAt?.toISOString() ?? null,
  }))
}

/** Which shop's status a caller may read. The shop comes from the token alone. */
export type Admission =
  | { readonly kind: 'admitted'; readonly shop: ShopDomain }
  | { readonly kind: 'refused' }
  | { readonly kind: 'limited'; readonly retryMs: number }

const BEARER = /^Bearer +(\S+) *$/i

/**
 * Decides by the `Authorization` header of a request; null for none. What does not look like a token costs no question to the database, and
 * one that is unknown costs one search by an index: guessing 256 bits needs no other limit.
 */
export async function admitByToken(authorization: string | null, now: Date): Promise<Admission> {
  const token = BEARER.exec(authorization ?? '')?.[1] ?? ''
  const shop = shopNamedIn(token)
  if (shop === null) return { kind: 'refused' }
  const use = await countTokenUse(shop, token, now)
  if (use.kind === 'admitted') return { kind: 'admitted', shop }
  if (use.kind === 'unknown') return { kind: 'refused' }
  return { kind: 'limited', retryMs: Math.max(0, use.until.getTime() - now.getTime()) }
}
