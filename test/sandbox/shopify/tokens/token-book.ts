import { randomBytes } from 'node:crypto'

export interface AccessToken {
  readonly value: string
  readonly kind: 'offline' | 'online' | 'application-only'
  readonly scopes: readonly string[]
  /** Null for the offline tokens of old, which never expire. */
  readonly expiresAtMs: number | null
}

export interface ExpiringPair {
  readonly access: AccessToken
  readonly refreshToken: string
}

interface RefreshToken {
  readonly value: string
  readonly expiresAtMs: number
  /** The tokens that replaced it; the first use of one of them is its death. */
  readonly replacements: Set<string>
  readonly replaces: RefreshToken | null
}

export const OFFLINE_LIFE_SECONDS = 3600
export const ONLINE_LIFE_SECONDS = 86_399
export const REFRESH_LIFE_SECONDS = 7_776_000

/** The tokens one shop has given the app. */
export class TokenBook {
  readonly #now: () => number
  readonly #access = new Map<string, AccessToken>()
  readonly #refresh = new Map<string, RefreshToken>()

  constructor(now: () => number) {
    this.#now = now
  }

  /** Null for a token that was never given, is revoked, or has expired. */
  find(value: string): AccessToken | null {
    const token = this.#access.get(value)
    if (!token || (token.expiresAtMs !== null && token.expiresAtMs <= this.#now())) return null
    return token
  }

  giveOffline(scopes: readonly string[]): AccessToken {
    return this.#give('offline', scopes, null)
  }

  giveOnline(scopes: readonly string[]): AccessToken {
    return this.#give('online', scopes, ONLINE_LIFE_SECONDS)
  }

  /** For an installed shop, without anybody there. */
  giveApplicationOnly(scopes: readonly string[]): AccessToken {
    return this.#give('application-only', scopes, OFFLINE_LIFE_SECONDS)
  }

  giveExpiring(scopes: readonly string[]): ExpiringPair {
    return this.#givePair(scopes, null)
  }

  /** An old token that never expires, for a pair that does. The old one is gone for good. */
  migrate(value: string, scopes: readonly string[]): ExpiringPair | null {
    const old = this.find(value)
    if (!old || old.expiresAtMs !== null) return null
    this.revoke(value)
    return this.giveExpiring(scopes)
  }

  /**
   * Since 28 August 2026 the old refresh token stays good until the new one is first used, so that an answer
   * lost on the way can be asked for again (reference, section 9).
   */
  refresh(value: string, scopes: readonly string[]): ExpiringPair | null {
    const used = this.#refresh.get(value)
    if (!used || used.expiresAtMs <= this.#now()) return null
    if (used.replaces) this.#forget(used.replaces, used)
    return this.#givePair(scopes, used)
  }

  /** The merchant has granted or withdrawn scopes: tokens that were given before follow. */
  setScopes(scopes: readonly string[]): void {
    for (const [value, token] of this.#access) this.#access.set(value, { ...token, scopes })
  }

  revoke(value: string): void {
    this.#access.delete(value)
  }

  revokeAll(): void {
    this.#access.clear()
    this.#refresh.clear()
  }

  #givePair(scopes: readonly string[], replaces: RefreshToken | null): ExpiringPair {
    const access = this.#give('offline', scopes, OFFLINE_LIFE_SECONDS)
    const expiresAtMs = this.#now() + REFRESH_LIFE_SECONDS * 1000
    const refresh = { value: `shprt_${random()}`, expiresAtMs, replacements: new Set<string>(), replaces }
    replaces?.replacements.add(refresh.value)
    this.#refresh.set(refresh.value, refresh)
    return { access, refreshToken: refresh.value }
  }

  /** The other replacements, made while its answer was thought lost, die with it. */
  #forget(old: RefreshToken, used: RefreshToken): void {
    this.#refresh.delete(old.value)
    for (const value of old.replacements) if (value !== used.value) this.#refresh.delete(value)
  }

  #give(kind: AccessToken['kind'], scopes: readonly string[], lifeSeconds: number | null): AccessToken {
    const expiresAtMs = lifeSeconds === null ? null : this.#now() + lifeSeconds * 1000
    const token = { value: `shpat_${random()}`, kind, scopes, expiresAtMs }
    this.#access.set(token.value, token)
    return token
  }
}

function random(): string {
  return randomBytes(16).toString('hex')
}
