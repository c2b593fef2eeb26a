import { AsyncLocalStorage } from 'node:async_hooks'
import { abstractFetch, setAbstractFetchFunc } from '@shopify/shopify-api/runtime'
import { SessionNotFoundError } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import type { ShopDomain } from '#app/core/ids.ts'
import { sessionStorage, unauthenticated } from '#app/shopify.server.ts'
import { tellCall } from '#app/telemetry/facts.ts'
import type { AdminFailure } from './admin-answer.ts'

/** The library renews a token that ends sooner than this. */
const RENEWED_BEFORE_END_MS = 5 * 60_000

/**
 * Returns the shop's stored offline token, renewed if it ends within five minutes. `unauthorized`: there is none, and Shopify gives none for
 * it; only a merchant who opens the app brings a new one. `app_refused`: Shopify does not accept the app's client secret.
 */
export async function offlineTokenOf(shop: ShopDomain): Promise<string | AdminFailure> {
  const renewal: Renewal = { status: null, code: null }
  try {
    const { session } = await currentRenewal.run(renewal, () => unauthenticated.admin(shop))
    return session.accessToken ?? { kind: 'unauthorized' }
  } catch (error) {
    if (error instanceof SessionNotFoundError) return { kind: 'unauthorized' }
    return error instanceof Response ? failureOf(renewal) : { kind: 'unavailable' }
  }
}

/** Whether the shop has an offline token that needs no renewal yet. */
export async function hasGoodOfflineToken(shop: ShopDomain): Promise<boolean> {
  const session = await sessionStorage.loadSession(`offline_${shop}`)
  return Boolean(session?.accessToken && !session.isExpired(RENEWED_BEFORE_END_MS))
}

/** OAuth error codes that say nothing about the token: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 and 4.1.2.1 */
const NOT_OF_THE_TOKEN = ['invalid_request', 'unsupported_grant_type', 'server_error', 'temporarily_unavailable']

/**
 * The library throws the same error for every failed renewal, without Shopify's answer. Only an OAuth error from Shopify means that the token is
 * dead, because a shop may be erased for it. A missing answer, a proxy's page and status 520, which Shopify's front end sends when it got no
 * answer itself, do not.
 */
function failureOf({ status, code }: Renewal): AdminFailure {
  if (code === 'invalid_client') return { kind: 'app_refused' }
  if (status === 404) return { kind: 'shop_not_found' }
  if (status === null || status === 429 || status >= 500) return { kind: 'unavailable' }
  return code === null || NOT_OF_THE_TOKEN.includes(code) ? { kind: 'unavailable' } : { kind: 'unauthorized' }
}

/** What Shopify answered to a request for tokens: its status and OAuth's error code; both null before an answer. */
interface Renewal {
  status: number | null
  code: string | null
}

const currentRenewal = new AsyncLocalStorage<Renewal>()
const oauthError = z.object({ error: z.string() })

/** The library waits for an answer as long as Node does, which is five minutes. */
const TIMEOUT_MS = 20_000

const libraryFetch = abstractFetch
type Fetched = Parameters<typeof fetch>
setAbstractFetchFunc(async (address, init) => {
  const asked = [address, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) }] as const
  const renewal = currentRenewal.getStore()
  if (!renewal) return libraryFetch(...asked)
  const renewed = tellCall({ service: 'shopify', operation: () => 'OfflineToken' }, renew(asked, renewal))
  return (await renewed).answer
})

async function renew(
  asked: Readonly<Fetched>,
  renewal: Renewal,
): Promise<{ kind: 'answered' | 'refused'; answer: Response }> {
  const answer = await libraryFetch(...asked)
  if (answer.ok) return { kind: 'answered', answer }
  renewal.status = answer.status
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null)
  renewal.code = oauthError.safeParse(body).data?.error ?? null
  return { kind: 'refused', answer }
}
