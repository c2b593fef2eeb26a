import { createHmac, randomBytes, randomUUID, timingSafeEqual } from 'node:crypto'

/** https://shopify.dev/docs/apps/build/authentication-authorization/session-tokens */
export interface SessionTokenClaims {
  readonly iss: string
  readonly dest: string
  readonly aud: string
  readonly sub: string
  readonly exp: number
  readonly nbf: number
  readonly iat: number
  readonly jti: string
  readonly sid: string
  readonly sig: string
}

export interface SessionTokenMint {
  readonly shop: string
  readonly apiKey: string
  readonly apiSecret: string
  readonly nowMs: number
}

const LIFE_SECONDS = 60
// Shopify's own libraries forgive as much.
const TOLERANCE_SECONDS = 10

/** The JWT that App Bridge gives an embedded page. `claims` overrides any of them, for tokens that should be refused. */
export function mintSessionToken(mint: SessionTokenMint, claims: Partial<SessionTokenClaims> = {}): string {
  const nowSeconds = Math.floor(mint.nowMs / 1000)
  const payload: SessionTokenClaims = {
    iss: `https://${mint.shop}/admin`,
    dest: `https://${mint.shop}`,
    aud: mint.apiKey,
    sub: '42',
    exp: nowSeconds + LIFE_SECONDS,
    nbf: nowSeconds,
    iat: nowSeconds,
    jti: randomUUID(),
    sid: randomUUID(),
    sig: randomBytes(32).toString('hex'),
    ...claims,
  }
  const signed = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(payload)}`
  return `${signed}.${signatureOf(signed, mint.apiSecret)}`
}

/** The claims, or null for a token that was not made for this shop and app, or is out of its time. */
export function readSessionToken(token: string, mint: SessionTokenMint): SessionTokenClaims | null {
  const [header = '', body = '', signature = ''] = token.split('.')
  if (!sameText(signature, signatureOf(`${header}.${body}`, mint.apiSecret))) return null
  const claims = claimsOf(body)
  const nowSeconds = mint.nowMs / 1000
  if (!claims || claims.aud !== mint.apiKey || claims.dest !== `https://${mint.shop}`) return null
  if (claims.exp + TOLERANCE_SECONDS < nowSeconds || claims.nbf - TOLERANCE_SECONDS > nowSeconds) return null
  return claims
}

function claimsOf(body: string): SessionTokenClaims | null {
  try {
    return JSON.parse(Buffer.from(body, 'base64url').toString()) as SessionTokenClaims
  } catch {
    return null
  }
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function signatureOf(text: string, apiSecret: string): string {
  return createHmac('sha256', apiSecret).update(text).digest('base64url')
}

function sameText(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}
