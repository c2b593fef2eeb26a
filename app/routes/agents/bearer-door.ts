import type { ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { admitByToken } from '#app/sync/access/status-tokens.ts'

/** An answer for programs. It is kept by no cache, and no page of another site may read it (no CORS). */
export function answerJson(body: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return Response.json(body, {
    status: init.status ?? 200,
    headers: { 'Cache-Control': 'no-store', ...init.headers },
  })
}

function refuse(status: number, error: string, message: string, headers: Record<string, string> = {}): Response {
  return answerJson({ error, message }, { status, headers })
}

/**
 * Answers for the shop of the request's bearer token. Without one, and with one that is malformed, unknown, revoked or of a shop without the
 * app, the answer is the same. An address with parameters is refused unread: addresses are stored in logs, so a token does not belong there.
 */
export async function asBearer(request: Request, answer: (shop: ShopDomain) => Promise<Response>): Promise<Response> {
  if (new URL(request.url).search !== '')
    return refuse(
      400,
      'parameters_refused',
      'This address takes no parameters. Send the token in the header "Authorization: Bearer <token>", never in the address. If a token was in it, revoke that token.',
    )
  const admission = await admitByToken(request.headers.get('authorization'), databaseNow())
  switch (admission.kind) {
    case 'admitted':
      return answer(admission.shop)
    case 'limited': {
      const seconds = Math.max(1, Math.ceil(admission.retryMs / 1_000))
      return refuse(
        429,
        'too_many_requests',
        `A token may be used 60 times a minute. Try again in ${seconds} seconds.`,
        {
          'Retry-After': String(seconds),
        },
      )
    }
    case 'refused':
      return refuse(
        401,
        'unauthorized',
        'The token is missing or not valid. Make one in Lockstep, under Settings, Access for agencies.',
        { 'WWW-Authenticate': 'Bearer realm="Lockstep"' },
      )
  }
}

/** For methods that an address does not have. */
export function refuseMethod(allowed: string): Response {
  return refuse(405, 'method_not_allowed', `Use ${allowed}.`, { Allow: allowed })
}
