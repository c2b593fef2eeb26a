import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js'
import { z } from 'zod'
import { config } from '#app/config.server.ts'
import { customerNumber, type ShopDomain } from '#app/core/ids.ts'
import type { ReasonCode } from '#app/core/issue/reason-code.ts'
import { reasonCount, STATUS_VERSION, statusReport } from '#app/core/report/status-report.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadCustomer } from '#app/sync/report/load-customer.ts'
import { loadStatus } from '#app/sync/report/load-status.ts'
import { plainSupportText } from '#app/ui/copy/plain-support-text.ts'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import { translationIn } from '#app/ui/language/translation.ts'

/** Assistants translate by themselves. */
const { t } = translationIn(sentencesIn('en'))
const READS_ONLY = { readOnlyHint: true, openWorldHint: false }

const reasonWords = { headline: z.string(), whatToDo: z.string().describe('What the merchant can do about it.') }

const reasons = z.strictObject({ asOf: z.string(), reasons: z.array(reasonCount.extend(reasonWords)) })

const place = z.strictObject({
  customerId: z.string(),
  state: z
    .enum(['in_sync', 'waiting', 'left_out', 'issue', 'unread', 'gone'])
    .describe('unread: Lockstep does not know it.'),
  reason: z
    .strictObject({ code: z.string(), ...reasonWords })
    .nullable()
    .describe('Null for one without a reason.'),
  since: z.string().nullable().describe('Since when it has the reason.'),
  changeWaits: z.boolean().describe('Whether a change of the customer waits to be read or sent.'),
  nothingSentBecause: z
    .enum(['not_connected', 'refused', 'off', 'not_started'])
    .nullable()
    .describe('Of the whole shop.'),
})

/**
 * Answers one MCP message about a shop. There are no sessions: each message gets a server of its own, so that any web process can answer it.
 * https://modelcontextprotocol.io/specification/2025-11-25/basic/transports
 */
export async function answerMcp(shop: ShopDomain, request: Request): Promise<Response> {
  const body = await bodyOf(request)
  // A list of messages would count as one call. The protocol has had none since 2025-06-18.
  if (Array.isArray(body)) return refuseBody('Send one message at a time.')
  if (body === undefined) return refuseBody('The body is not JSON.')
  const server = serverFor(shop)
  const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true })
  try {
    await server.connect(transport)
    return await transport.handleRequest(request, { parsedBody: body })
  } finally {
    await server.close()
  }
}

async function bodyOf(request: Request): Promise<unknown> {
  try {
    return await request.json()
  } catch {
    return undefined
  }
}

function refuseBody(message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code: -32600, message }, id: null }, { status: 400 })
}

function serverFor(shop: ShopDomain): McpServer {
  const server = new McpServer({ name: 'lockstep', version: String(STATUS_VERSION) })
  server.registerTool(
    'sync_status',
    {
      title: 'Sync status',
      description:
        'How the sync from Shopify to Klaviyo is going: its state, lag, counts of customers, the last run, and why nothing moves.',
      outputSchema: statusReport,
      annotations: READS_ONLY,
    },
    async () => answerOf(await loadStatus(shop, databaseNow())),
  )
  server.registerTool(
    'list_issue_reasons',
    {
      title: 'Reasons why customers are not in sync',
      description: 'How many customers are left out or have an issue, by reason, and what can be done about each.',
      outputSchema: reasons,
      annotations: READS_ONLY,
    },
    async () => {
      const status = await loadStatus(shop, databaseNow())
      return answerOf({
        asOf: status.asOf,
        reasons: status.reasons.map((reason) => ({ ...reason, ...wordsFor(reason.code) })),
      })
    },
  )
  server.registerTool(
    'why_not_in_klaviyo',
    {
      title: 'Why a customer is not in Klaviyo',
      description:
        "Where one customer is, by the number at the end of the customer's address in the Shopify admin, and why.",
      inputSchema: { customerId: z.string().max(20).regex(/^\d+$/).describe('The number of the customer in Shopify.') },
      outputSchema: place,
      annotations: READS_ONLY,
    },
    async ({ customerId }) => {
      const asked = customerNumber.safeParse(customerId)
      if (!asked.success)
        return { isError: true, content: [{ type: 'text' as const, text: 'This is no customer number.' }] }
      const { customer, hindrance } = await loadCustomer(shop, asked.data)
      return answerOf({
        customerId: customer.customerId,
        state: customer.state,
        reason: customer.code && { code: customer.code, ...wordsFor(customer.code) },
        since: customer.since,
        changeWaits: customer.waits,
        nothingSentBecause: hindrance,
      })
    },
  )
  return server
}

/** A tool's answer, for programs and, as text, for assistants that read no structured content. */
function answerOf(content: object) {
  return { structuredContent: { ...content }, content: [{ type: 'text' as const, text: JSON.stringify(content) }] }
}

function wordsFor(code: ReasonCode) {
  return {
    headline: t(`reasons.${code}.headline`),
    whatToDo: plainSupportText(t, config.supportUrl, t(`reasons.${code}.whatToDo`)),
  }
}
