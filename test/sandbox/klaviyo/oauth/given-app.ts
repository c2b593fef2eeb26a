import { createHash } from 'node:crypto'
import { type GivenKlaviyo, givenKlaviyo, type Reply } from '../given-klaviyo.ts'
import type { KlaviyoOptions } from '../server.ts'

export const app = {
  clientId: 'client',
  clientSecret: 'secret',
  redirectUris: ['https://app.example/callback', 'http://localhost:3000/callback'],
  scopes: ['accounts:read', 'profiles:read', 'profiles:write', 'lists:read'],
}
const verifier = 'v'.repeat(86)

const asked = {
  response_type: 'code',
  client_id: app.clientId,
  redirect_uri: app.redirectUris[0]!,
  scope: app.scopes.join(' '),
  state: 'a state & more',
  code_challenge: createHash('sha256').update(verifier).digest('base64url'),
  code_challenge_method: 'S256',
}

export interface GivenApp extends GivenKlaviyo {
  /** The authorize address, with some of its parameters changed, or left out by undefined. */
  address(changes?: Partial<Record<keyof typeof asked, string | undefined>>): string
  /** The code with which a person in the account is sent back. */
  codeFor(account?: string): string
  token(form: Readonly<Record<string, string>>, headers?: Readonly<Record<string, string>>): Promise<Reply>
  exchange(code: string, changes?: Readonly<Record<string, string>>): Promise<Reply>
  refresh(refreshToken: string): Promise<Reply>
  revoke(refreshToken: string): Promise<Reply>
  /** The status of a call with an access token. */
  statusOf(accessToken: string, request?: string): Promise<number>
}

/** A stand-in with an app, an account ABC123 and an account XYZ789. */
export async function givenApp(options: KlaviyoOptions = {}): Promise<GivenApp> {
  const given = await givenKlaviyo(options)
  const { klaviyo, ask } = given
  klaviyo.oauth.addApp(app)
  klaviyo.addAccount({ id: 'XYZ789', name: 'Other', keys: [] })
  const address: GivenApp['address'] = (changes = {}) => {
    const params = Object.entries({ ...asked, ...changes }).filter((entry): entry is [string, string] => !!entry[1])
    return `${klaviyo.url}/oauth/authorize?${new URLSearchParams(params)}`
  }
  const post = (path: string, form: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) =>
    ask(`POST ${path}`, new URLSearchParams(form).toString(), {
      key: null,
      headers: {
        authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
    })
  const token: GivenApp['token'] = (form, headers) => post('/oauth/token', form, headers)
  return {
    ...given,
    address,
    codeFor: (account = 'ABC123') => new URL(klaviyo.oauth.allow(address(), account)).searchParams.get('code')!,
    token,
    exchange: (code, changes = {}) =>
      token({
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: app.redirectUris[0]!,
        ...changes,
      }),
    refresh: (refreshToken) => token({ grant_type: 'refresh_token', refresh_token: refreshToken }),
    revoke: (refreshToken) => post('/oauth/revoke', { token: refreshToken, token_type_hint: 'refresh_token' }),
    statusOf: async (accessToken, request = 'GET /api/accounts') =>
      (await ask(request, undefined, { key: null, headers: { authorization: `Bearer ${accessToken}` } })).status,
  }
}
