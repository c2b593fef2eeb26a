import { request } from 'undici'
import type { Shop } from './shop/shop.ts'

/** The Admin API's answer to one query, as a test wants to look at it. */
export interface AdminAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly data: Record<string, unknown>
  readonly errors: readonly { readonly message: string; readonly extensions?: Record<string, unknown> }[]
  readonly cost: {
    readonly requestedQueryCost: number
    readonly actualQueryCost: number | null
    readonly throttleStatus: {
      readonly currentlyAvailable: number
      readonly maximumAvailable: number
      readonly restoreRate: number
    }
  }
  readonly body: Record<string, unknown>
}

/** Asks as an app does that was let in; for tests of the stand-in itself, without Shopify's library in between. */
export async function askAdmin(
  origin: string,
  shop: Shop,
  query: string,
  { variables = {}, token = shop.tokens.giveOffline(shop.scopes).value }: { variables?: object; token?: string } = {},
): Promise<AdminAnswer> {
  const { statusCode, headers, body } = await request(`${origin}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { host: shop.domain, 'content-type': 'application/json', 'x-shopify-access-token': token },
    body: JSON.stringify({ query, variables }),
  })
  const text = await body.text()
  const value = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {}
  const extensions = value.extensions as { cost: AdminAnswer['cost'] } | undefined
  return {
    status: statusCode,
    headers,
    data: (value.data ?? {}) as AdminAnswer['data'],
    errors: (value.errors ?? []) as AdminAnswer['errors'],
    cost: extensions?.cost ?? {
      requestedQueryCost: 0,
      actualQueryCost: null,
      throttleStatus: { currentlyAvailable: 0, maximumAvailable: 0, restoreRate: 0 },
    },
    body: value,
  }
}
