import type { TFunction } from 'i18next'
import type { LimitedRequest } from '#app/core/access/request-limits.ts'
import { type ShopDomain, shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { secondsUntilAllowed } from '#app/sync/access/count-request.ts'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import { chooseLanguage, type Language } from '#app/ui/language/languages.ts'
import { translationIn } from '#app/ui/language/translation.ts'

/** Shopify's own extensions come from another origin than the app. The token is what admits them, and no cookie is read. */
const CORS = { 'access-control-allow-origin': '*', 'access-control-allow-headers': 'authorization, content-type' }

/** A request of an extension in the Shopify admin that may be answered. */
export interface Admitted {
  /** The token's, whatever else the request names. */
  readonly shop: ShopDomain
  readonly language: Language
  readonly t: TFunction
  /** Returns the answer, readable for the extension. */
  readonly answer: (body: object) => Response
  /** Throws a 429 response with a sentence if the shop asks for this too often. */
  readonly keepWithinLimit: (kind: LimitedRequest) => Promise<void>
}

/**
 * Admits a request of an extension by the session token that Shopify's `fetch` adds. Throws 401 without a valid one (with the header that has
 * it sent again with a new token, if it has expired), and the answer to a browser that asks whether it may ask.
 */
export async function admitExtension(request: Request): Promise<Admitted> {
  const isQuestion = request.method === 'OPTIONS'
  if (!isQuestion && !request.headers.get('authorization')?.startsWith('Bearer ')) {
    throw new Response(null, { status: 401, headers: CORS })
  }
  const { session, cors } = await authenticate.admin(request)
  const asked = new URL(request.url).searchParams.get('language')
  const language = chooseLanguage({ locale: asked, acceptLanguage: request.headers.get('accept-language') })
  const shop = shopDomain.parse(session.shop)
  const { t } = translationIn(sentencesIn(language))
  return {
    shop,
    language,
    t,
    answer: (body) => cors(Response.json(body, { headers: { 'cache-control': 'no-store' } })),
    async keepWithinLimit(kind) {
      const seconds = await secondsUntilAllowed(shop, kind, databaseNow())
      if (seconds === null) return
      const headers = { 'cache-control': 'no-store', 'retry-after': String(seconds) }
      throw cors(Response.json({ message: t('limits.tooOften') }, { status: 429, headers }))
    },
  }
}
