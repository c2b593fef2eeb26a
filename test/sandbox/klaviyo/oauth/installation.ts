import type { OAuthApp } from './oauth-app.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
/** As recorded; "subject to change": clients have to obey expires_in. */
export const ACCESS_SECONDS = 3_600
/** A refresh token that is unused for so long is dead. Second-hand, from three sources. */
const UNUSED_MS = 90 * DAY_MS
/** Second-hand, from two sources. */
const REFRESHES_PER_MINUTE = 10

/**
 * What becomes of the refresh token when it is used. `same` is what was recorded live. The documents speak of rotation: `rotating` gives a
 * new one and keeps the old, `strict` gives a new one and ends the old.
 */
export type Rotation = 'same' | 'rotating' | 'strict'

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
  readonly scopes: readonly string[]
}

interface RefreshToken {
  readonly scopes: readonly string[]
  usedAt: number
}

let made = 0

/** One app in one account, with a quota of its own. A person who authorizes again adds tokens; those before stay good until it is uninstalled. */
export class Installation {
  readonly app: OAuthApp
  readonly accountId: string
  readonly #refreshTokens = new Map<string, RefreshToken>()
  readonly #accessTokens = new Map<string, { readonly scopes: ReadonlySet<string>; readonly until: number }>()
  readonly #refreshes = { minute: -1, used: 0 }

  constructor(app: OAuthApp, accountId: string) {
    this.app = app
    this.accountId = accountId
  }

  /** Under which it pays for its calls. */
  get quota(): string {
    return `${this.accountId} ${this.app.clientId}`
  }

  grant(scopes: readonly string[], now: number): Tokens {
    return this.#tokens(`kl_rt_${++made}_${this.accountId}`, scopes, now)
  }

  /** Whether the token endpoint answers 429: the eleventh refresh in a minute. */
  isOverLimit(now: number): boolean {
    const minute = Math.floor(now / 60_000)
    if (this.#refreshes.minute !== minute) Object.assign(this.#refreshes, { minute, used: 0 })
    return ++this.#refreshes.used > REFRESHES_PER_MINUTE
  }

  /** Returns null when the refresh token is unknown, revoked, or was unused for too long. */
  refresh(refreshToken: string, rotation: Rotation, now: number): Tokens | null {
    const known = this.#refreshTokens.get(refreshToken)
    if (known === undefined || now - known.usedAt > UNUSED_MS) return null
    known.usedAt = now
    if (rotation === 'same') return this.#tokens(refreshToken, known.scopes, now)
    if (rotation === 'strict') this.#refreshTokens.delete(refreshToken)
    return this.grant(known.scopes, now)
  }

  hasRefreshToken(refreshToken: string): boolean {
    return this.#refreshTokens.has(refreshToken)
  }

  /** What the bearer may do; null when the token is nobody's or has expired. An older token works until its own expiry. */
  scopesOf(accessToken: string, now: number): ReadonlySet<string> | null {
    const known = this.#accessTokens.get(accessToken)
    return known !== undefined && now < known.until ? known.scopes : null
  }

  /** From now on access tokens are refused, as after an expiry that came early. Refresh tokens stay good. */
  expireAccess(): void {
    this.#accessTokens.clear()
  }

  #tokens(refreshToken: string, scopes: readonly string[], now: number): Tokens {
    const accessToken = `kl_at_${++made}_${this.accountId}`
    this.#refreshTokens.set(refreshToken, { scopes, usedAt: now })
    this.#accessTokens.set(accessToken, { scopes: new Set(scopes), until: now + (ACCESS_SECONDS * HOUR_MS) / 3_600 })
    return { accessToken, refreshToken, scopes }
  }
}
