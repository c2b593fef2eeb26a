import { createHash } from 'node:crypto'
import { Installation, type Rotation, type Tokens } from './installation.ts'
import { type Authorization, type OAuthApp, readAuthorization } from './oauth-app.ts'

const CODE_MS = 5 * 60_000

/** What goes wrong at the token or revoke endpoint. `lost`: it is applied, and the answer never comes. */
export type OAuthFault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'html' | 'lost' | 'hang' }

export interface OAuthRequest {
  readonly path: '/oauth/token' | '/oauth/revoke'
  readonly grantType: string | null
  /** null when no answer went out. */
  readonly status: number | null
}

interface Code {
  readonly asked: Authorization
  readonly accountId: string
  readonly scopes: readonly string[]
  readonly until: number
}

export interface OAuthOptions {
  readonly clock: () => number
  /** `off`: no 429 at the token endpoint. */
  readonly limits: 'real' | 'off'
}

/** Apps, their installations in accounts, and the codes that were handed out: everything that OAuth is at Klaviyo. */
export class OAuthBook {
  readonly apps = new Map<string, OAuthApp>()
  readonly requests: OAuthRequest[] = []
  rotation: Rotation = 'same'
  /** What people allow, whatever is asked; null for all of it. */
  allowedScopes: readonly string[] | null = null
  /** Whether a wrong verifier is told by a code of its own, or in words beside another; the documents give words only. */
  verifierWords: 'code' | 'words' = 'words'
  /** How a dead refresh token is answered: the documents say `invalid_grant_type`, public apps expect `invalid_grant`. */
  deadToken: 'invalid_grant' | 'invalid_grant_type' = 'invalid_grant'
  readonly #options: OAuthOptions
  readonly #codes = new Map<string, Code>()
  readonly #installations = new Map<string, Installation>()
  readonly #faults: OAuthFault[] = []
  #made = 0

  constructor(options: OAuthOptions) {
    this.#options = options
  }

  addApp(app: OAuthApp): void {
    this.apps.set(app.clientId, app)
  }

  /** The next `times` requests to the token and revoke endpoints go wrong. */
  fail(fault: OAuthFault, times = 1): void {
    for (let n = 0; n < times; n++) this.#faults.push(fault)
  }

  clearFaults(): void {
    this.#faults.length = 0
  }

  nextFault(): OAuthFault | null {
    return this.#faults.shift() ?? null
  }

  /** A person in an account presses Allow on the page of this address. Returns where the browser is sent. Throws on an error page. */
  allow(address: string, accountId: string): string {
    const asked = this.#read(address)
    const code = `code_${++this.#made}`
    const scopes = asked.scopes.filter((scope) => this.allowedScopes?.includes(scope) ?? true)
    this.#codes.set(code, { asked, accountId, scopes, until: this.#options.clock() + CODE_MS })
    return backTo(asked, { code })
  }

  /** The person presses Cancel. That it comes back as access_denied is not documented. */
  refuse(address: string): string {
    return backTo(this.#read(address), {
      error: 'access_denied',
      error_description: 'The resource owner denied the request',
    })
  }

  /** Returns the installation's tokens for a code, or why there are none. A code is good once, also when it is refused. */
  exchange(app: OAuthApp, sent: URLSearchParams): Tokens | 'invalid_grant' | 'verifier_malformed' | 'verifier_wrong' {
    const verifier = sent.get('code_verifier') ?? ''
    if (!/^[a-zA-Z0-9\-._~]{43,128}$/.test(verifier)) return 'verifier_malformed'
    const code = this.#codes.get(sent.get('code') ?? '')
    this.#codes.delete(sent.get('code') ?? '')
    const now = this.#options.clock()
    if (code === undefined || now > code.until || code.asked.app !== app) return 'invalid_grant'
    if (code.asked.redirectUri !== sent.get('redirect_uri')) return 'invalid_grant'
    if (createHash('sha256').update(verifier).digest('base64url') !== code.asked.challenge) return 'verifier_wrong'
    const key = `${code.accountId} ${app.clientId}`
    const installation = this.#installations.get(key) ?? new Installation(app, code.accountId)
    this.#installations.set(key, installation)
    return installation.grant(code.scopes, now)
  }

  refresh(app: OAuthApp, refreshToken: string): Tokens | 'invalid_grant' | 'throttled' {
    const now = this.#options.clock()
    const installation = this.#holderOf(app, refreshToken)
    if (installation === null) return 'invalid_grant'
    if (installation.isOverLimit(now) && this.#options.limits === 'real') return 'throttled'
    return installation.refresh(refreshToken, this.rotation, now) ?? 'invalid_grant'
  }

  /** Ends the tokens and uninstalls the app from the account (recorded). A token that is nobody's is no error. */
  revoke(app: OAuthApp, refreshToken: string): void {
    const installation = this.#holderOf(app, refreshToken)
    if (installation) this.uninstall(installation.accountId)
  }

  /** A person in Klaviyo removes every app from the account. Nobody is told. */
  uninstall(accountId: string): void {
    for (const [key, installation] of this.#installations)
      if (installation.accountId === accountId) this.#installations.delete(key)
  }

  isInstalled(accountId: string): boolean {
    return [...this.#installations.values()].some((installation) => installation.accountId === accountId)
  }

  /** Access tokens of the account are refused from now on; refresh tokens stay good. */
  expireAccess(accountId: string): void {
    for (const installation of this.#installations.values())
      if (installation.accountId === accountId) installation.expireAccess()
  }

  /** Whose access token it is and what it may do; null when it is nobody's. */
  bearer(accessToken: string): { readonly installation: Installation; readonly scopes: ReadonlySet<string> } | null {
    const now = this.#options.clock()
    for (const installation of this.#installations.values()) {
      const scopes = installation.scopesOf(accessToken, now)
      if (scopes) return { installation, scopes }
    }
    return null
  }

  #holderOf(app: OAuthApp, refreshToken: string): Installation | null {
    const holder = [...this.#installations.values()].find((installation) => installation.hasRefreshToken(refreshToken))
    return holder?.app === app ? holder : null
  }

  #read(address: string): Authorization {
    const asked = readAuthorization(this.apps, new URL(address).searchParams)
    if (typeof asked === 'string') throw new Error(`Klaviyo shows an error page: ${asked}`)
    return asked
  }
}

function backTo({ redirectUri, state }: Authorization, params: Readonly<Record<string, string>>): string {
  const address = new URL(redirectUri)
  for (const [name, value] of Object.entries(params)) address.searchParams.set(name, value)
  if (state !== null) address.searchParams.set('state', state)
  return address.href
}
