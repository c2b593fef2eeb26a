/** An app as its developer registered it in Klaviyo (Manage apps). */
export interface OAuthApp {
  readonly clientId: string
  readonly clientSecret: string
  /** Compared letter by letter. */
  readonly redirectUris: readonly string[]
  readonly scopes: readonly string[]
}

/** What an app asks for when it sends a person to the authorize page. */
export interface Authorization {
  readonly app: OAuthApp
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly state: string | null
  readonly challenge: string
}

const CHALLENGE = /^[A-Za-z0-9_-]{43}$/

/** Returns what an authorize address asks for; a sentence if Klaviyo shows an error page instead of asking the person. */
export function readAuthorization(apps: ReadonlyMap<string, OAuthApp>, query: URLSearchParams): Authorization | string {
  const app = apps.get(query.get('client_id') ?? '')
  const redirectUri = query.get('redirect_uri') ?? ''
  const scopes = (query.get('scope') ?? '').split(' ').filter(Boolean)
  const challenge = query.get('code_challenge') ?? ''
  if (app === undefined) return 'There is no app with this client_id.'
  if (!app.redirectUris.includes(redirectUri)) return 'The redirect_uri is not one of the app.'
  if (query.get('response_type') !== 'code') return 'The response_type has to be code.'
  if (scopes.length === 0) return 'The scope is missing.'
  if (!scopes.includes('accounts:read')) return 'The scope accounts:read is always needed.'
  const stranger = scopes.find((scope) => !app.scopes.includes(scope))
  if (stranger !== undefined) return `The scope ${stranger} is not registered in the app.`
  // Needed from confidential clients, too.
  if (query.get('code_challenge_method') !== 'S256') return 'The code_challenge_method has to be S256.'
  if (!CHALLENGE.test(challenge)) return 'The code_challenge is not one of S256.'
  return { app, redirectUri, scopes, state: query.get('state'), challenge }
}
