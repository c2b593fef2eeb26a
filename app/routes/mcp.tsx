import type { ActionFunctionArgs } from '@remix-run/node'
import { asBearer, refuseMethod } from './agents/bearer-door.ts'

/**
 * What GET /api/status tells, for AI assistants that speak MCP (streamable HTTP): docs/status-api.md. The protocol's library is loaded with
 * the first call: it takes some 12 MB.
 */
export function action({ request }: ActionFunctionArgs): Promise<Response> {
  if (request.method !== 'POST') return Promise.resolve(refuseMethod('POST'))
  return asBearer(request, async (shop) => {
    const { answerMcp } = await import('./agents/mcp-server.ts')
    const answer = await answerMcp(shop, request)
    answer.headers.set('Cache-Control', 'no-store')
    return answer
  })
}

/** No stream is kept open: the server never speaks first. */
export const loader = () => refuseMethod('POST')
