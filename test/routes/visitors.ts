import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { mintSessionToken, type SessionTokenClaims } from '#test/sandbox/shopify/tokens/session-token.ts'
import type { Sandbox } from '#test/support/sandbox.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
const FORM = 'application/x-www-form-urlencoded'
const HOUR_SECONDS = 60 * 60

/** What a door says, and whether it let the visitor in to say it. */
export interface Answer {
  readonly turnedAway: boolean
  readonly status: number
  readonly text: string
}

/** Where somebody goes, and what they send; with no fields it is a page that is opened. */
export interface Errand {
  readonly path: string
  readonly fields?: Readonly<Record<string, string>>
}

type Handler = (args: LoaderFunctionArgs & ActionFunctionArgs) => unknown

/** Has the door's own function answer, as Remix does. */
export async function answerOf(handler: Handler, request: Request, params: Record<string, string>): Promise<Answer> {
  try {
    const data = await handler({ request, params, context: {} })
    if (data instanceof Response) return { turnedAway: false, status: data.status, text: await data.text() }
    return { turnedAway: false, status: 200, text: JSON.stringify(data) ?? '' }
  } catch (thrown) {
    if (!(thrown instanceof Response)) throw thrown
    return { turnedAway: true, status: thrown.status, text: await thrown.text() }
  }
}

/** As App Bridge asks in a page that is open: the token in a header. */
export function asked({ path, fields }: Errand, token: string | null): Request {
  const headers = { 'user-agent': BROWSER, ...(token && { authorization: `Bearer ${token}` }) }
  return requestOf(new URL(path, config.shopify.appUrl), headers, fields)
}

/** As the admin opens a page of a shop: the shop and the token in the address. */
export function opened(sandbox: Sandbox, { path, fields }: Errand, shop: ShopDomain, token: string | null): Request {
  const address = new URL(path, config.shopify.appUrl)
  for (const [name, value] of sandbox.shopify.embeddedUrlParams(shop)) address.searchParams.set(name, value)
  if (token) address.searchParams.set('id_token', token)
  else address.searchParams.delete('id_token')
  return requestOf(address, { 'user-agent': BROWSER }, fields)
}

function requestOf(address: URL, headers: Record<string, string>, fields: Errand['fields']): Request {
  if (!fields) return new Request(address, { headers })
  const body = new URLSearchParams(fields).toString()
  return new Request(address, { method: 'POST', headers: { ...headers, 'content-type': FORM }, body })
}

/** What somebody may show at a shop's door who has no business there. */
export function falseTokens(shop: ShopDomain, other: ShopDomain): Readonly<Record<string, string | null>> {
  const { apiKey, apiSecret } = config.shopify
  const nowMs = Date.now()
  const nowSeconds = Math.floor(nowMs / 1000)
  const mint = (claims: Partial<SessionTokenClaims>, secret = apiSecret) =>
    mintSessionToken({ shop, apiKey, apiSecret: secret, nowMs }, claims)
  const past = { iat: nowSeconds - 2 * HOUR_SECONDS, nbf: nowSeconds - 2 * HOUR_SECONDS }
  const [header, body] = mint({}).split('.')
  const [, , signature] = mintSessionToken({ shop: other, apiKey, apiSecret, nowMs }).split('.')
  const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'JWT' })).toString('base64url')
  return {
    nothing: null,
    'a token that another secret signed': mint({}, 'another-secret'),
    'a token that has expired': mint({ ...past, exp: nowSeconds - HOUR_SECONDS }),
    'a token of another app': mint({ aud: 'another-app' }),
    'the signature of another shop’s token': `${header}.${body}.${signature}`,
    'a token that nobody signed': `${unsigned}.${body}.`,
    'no token at all, but some word': 'undefined',
  }
}
