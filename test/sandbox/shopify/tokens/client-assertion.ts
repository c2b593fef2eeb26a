import { createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto'

/** An assertion may be good for so long at most. RFC 7523 asks for a short life and leaves the limit to the server. */
const LONGEST_LIFE_SECONDS = 5 * 60
const TOLERANCE_SECONDS = 10

interface Claims {
  readonly iss?: unknown
  readonly sub?: unknown
  readonly aud?: unknown
  readonly exp?: unknown
  readonly jti?: unknown
}

/**
 * The public keys that the operator has entered in the Dev Dashboard, and the assertions that were used. What is checked is inferred from
 * RFC 7523, section 3, and RFC 7519, as the app's application-token-request.ts says: Shopify's own page on it was not read to its end.
 */
export class ClientAssertions {
  readonly #keys = new Map<string | null, KeyObject>()
  readonly #used = new Set<string>()
  readonly #now: () => number

  constructor(now: () => number) {
    this.#now = now
  }

  /** Enters a public key, as a JWK. Without a `kid` of its own, it is tried for assertions that name none. */
  register(jwk: JsonWebKey & { readonly kid?: string }): void {
    this.#keys.set(jwk.kid ?? null, createPublicKey({ key: jwk, format: 'jwk' }))
  }

  forgetKeys(): void {
    this.#keys.clear()
  }

  /** Whether an assertion is by this app, for this address, in its time, signed with a key that is registered, and not used before. */
  accept(assertion: string, { apiKey, audience }: { apiKey: string; audience: string }): boolean {
    const [header = '', body = '', signature = ''] = assertion.split('.')
    const { alg, kid } = readPart(header) as { alg?: unknown; kid?: unknown }
    const key = this.#keys.get(typeof kid === 'string' ? kid : null)
    if (alg !== 'RS256' || !key) return false
    const signed = Buffer.from(`${header}.${body}`)
    if (!verify('sha256', signed, key, Buffer.from(signature, 'base64url'))) return false
    const { iss, sub, aud, exp, jti } = readPart(body) as Claims
    if (iss !== apiKey || sub !== apiKey || aud !== audience) return false
    if (typeof exp !== 'number' || typeof jti !== 'string' || this.#used.has(jti)) return false
    const leftSeconds = exp - this.#now() / 1000
    if (leftSeconds < -TOLERANCE_SECONDS || leftSeconds > LONGEST_LIFE_SECONDS + TOLERANCE_SECONDS) return false
    this.#used.add(jti)
    return true
  }
}

function readPart(part: string): object {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString()) as object
  } catch {
    return {}
  }
}
