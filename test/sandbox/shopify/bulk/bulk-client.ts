import { request } from 'undici'
import { type AdminAnswer, askAdmin } from '../ask-admin.ts'
import type { Shop } from '../shop/shop.ts'
import type { BulkOperation } from './bulk-operation.ts'

export interface Download {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

/** Starts a bulk query and waits for its end. */
export async function runBulk(origin: string, shop: Shop, query: string, groupObjects = false): Promise<BulkOperation> {
  const { id, answer } = await startBulk(origin, shop, query, groupObjects)
  if (!id) throw new Error(`not started: ${JSON.stringify(answer.body)}`)
  return shop.bulk.finished(id)
}

/** Null for the id when Shopify did not take it on. */
export async function startBulk(
  origin: string,
  shop: Shop,
  query: string,
  groupObjects = false,
): Promise<{ id: string | null; answer: AdminAnswer }> {
  const start = `mutation ($query: String!, $groupObjects: Boolean!) {
    bulkOperationRunQuery(query: $query, groupObjects: $groupObjects) {
      bulkOperation { id status } userErrors { field message code }
    }
  }`
  const answer = await askAdmin(origin, shop, start, { variables: { query, groupObjects } })
  const started = answer.data.bulkOperationRunQuery as { bulkOperation: { id: string } | null } | undefined
  return { id: started?.bulkOperation?.id ?? null, answer }
}

/** As from Google's host, which the stand-in knows by the Host header. */
export async function download(
  origin: string,
  url: string | null,
  headers: Record<string, string> = {},
): Promise<Download> {
  if (!url) throw new Error('nothing to download')
  const { host, pathname, search } = new URL(url)
  const answer = await request(`${origin}${pathname}${search}`, { headers: { host, ...headers } })
  return { status: answer.statusCode, headers: answer.headers, text: await answer.body.text() }
}

export function linesOf({ text }: Download): Record<string, unknown>[] {
  return text.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Record<string, unknown>] : []))
}
