import { execFile as execFileWithCallback } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { statusReport } from '#app/core/report/status-report.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { startWeb } from '#test/support/web-process.ts'
import { givenStatusToken } from './given-api.ts'
import { givenOtherShop, givenTrade, type Trade, wordsOf } from './given-trade.ts'

const execFile = promisify(execFileWithCallback)

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

let web: Awaited<ReturnType<typeof startWeb>>
let trade: Trade
beforeAll(async () => {
  trade = await givenTrade(sandbox)
  web = await startWeb(sandbox)
})
afterAll(() => web.end())

const shown = (token: string | null) => (token === null ? {} : { authorization: `Bearer ${token}` })

/** The protocol's own client, over HTTP, with this token. */
async function connected(token: string): Promise<Client> {
  const client = new Client({ name: 'agency', version: '1' })
  // biome-ignore lint/suspicious/noExplicitAny: the library's own types do not agree under exactOptionalPropertyTypes
  const transport: any = new StreamableHTTPClientTransport(new URL('/mcp', web.origin), {
    requestInit: { headers: shown(token) },
  })
  await client.connect(transport)
  return client
}

/** One message without the client. */
function post(body: string, token: string | null, headers: Record<string, string> = {}): Promise<Response> {
  const usual = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' }
  return fetch(new URL('/mcp', web.origin), {
    method: 'POST',
    body,
    headers: { ...usual, ...shown(token), ...headers },
  })
}

const listTools = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} })

test('an assistant finds the tools, which only read', async () => {
  const client = await connected(await givenStatusToken(trade.domain))
  const { tools } = await client.listTools()
  expect(tools.map(({ name }) => name)).toEqual(['sync_status', 'list_issue_reasons', 'why_not_in_klaviyo'])
  expect(tools.every(({ annotations }) => annotations?.readOnlyHint === true)).toBe(true)
  await client.close()
})

test('the status is that of the status API', async () => {
  const token = await givenStatusToken(trade.domain)
  const client = await connected(token)
  const { structuredContent } = await client.callTool({ name: 'sync_status', arguments: {} })
  const byMcp = statusReport.parse(structuredContent)
  const answer = await fetch(new URL('/api/status', web.origin), { headers: shown(token) })
  const byHttp = statusReport.parse(await answer.json())
  expect({ ...byMcp, asOf: '' }).toEqual({ ...byHttp, asOf: '' })
  await client.close()
})

test('reasons come with what to do, and a customer’s number with where the customer stands', async () => {
  const client = await connected(await givenStatusToken(trade.domain))
  const reasons = await client.callTool({ name: 'list_issue_reasons', arguments: {} })
  expect(reasons.structuredContent).toMatchObject({
    reasons: expect.arrayContaining([
      {
        code: 'no_email',
        kind: 'excluded',
        customers: 1,
        headline: 'No email address',
        whatToDo: expect.stringContaining('Add an email address'),
      },
    ]),
  })
  const why = (customerId: string) => client.callTool({ name: 'why_not_in_klaviyo', arguments: { customerId } })
  expect((await why('771003')).structuredContent).toMatchObject({
    state: 'left_out',
    reason: { code: 'no_email' },
    nothingSentBecause: null,
  })
  expect((await why(trade.inStep)).structuredContent).toMatchObject({ state: 'in_sync', reason: null })
  expect((await why('999999999')).structuredContent).toMatchObject({ state: 'unread', reason: null })
  for (const bad of ['0', '1'.repeat(20), 'ada@quill.example', '-1', "1' or 1=1"])
    expect((await why(bad)).isError, bad).toBe(true)
  await client.close()
})

test('nothing of a customer is told, and nothing of another shop', async () => {
  const other = await givenOtherShop(sandbox, { version: async () => 0 })
  const told: string[] = []
  for (const shop of [trade.domain, other.domain]) {
    const client = await connected(await givenStatusToken(shop))
    for (const customerId of ['771001', '771002', '771003', '771004', '771005'])
      told.push(JSON.stringify(await client.callTool({ name: 'why_not_in_klaviyo', arguments: { customerId } })))
    told.push(JSON.stringify(await client.callTool({ name: 'list_issue_reasons', arguments: {} })))
    await client.close()
  }
  const own = (await wordsOf(trade)).filter((word) => !/^7710/.test(word))
  expect(own.filter((word) => told.join().toLowerCase().includes(word.toLowerCase()))).toEqual([])
  expect(told.slice(6, 11).every((answer) => answer.includes('unread'))).toBe(true)
})

test('who shows no token, or one that is not valid, is refused as by the status API', async () => {
  const token = await givenStatusToken(trade.domain)
  const statuses = []
  for (const shownToken of [null, 'x', `${token}x`]) statuses.push((await post(listTools, shownToken)).status)
  expect(statuses).toEqual([401, 401, 401])
  await expect(connected('lockstep_nobody_x')).rejects.toThrow()
})

test('a page of another site is refused, and may read nothing', async () => {
  const token = await givenStatusToken(trade.domain)
  const foreign = await post(listTools, token, { origin: 'https://evil.example' })
  expect(foreign.status).toBe(403)
  for (const path of ['/mcp', '/api/status']) {
    const answer = await fetch(new URL(path, web.origin), {
      headers: { ...shown(token), origin: 'https://evil.example' },
    })
    const preflight = await fetch(new URL(path, web.origin), {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.example', 'access-control-request-headers': 'authorization' },
    })
    for (const { headers } of [answer, preflight]) expect(headers.get('access-control-allow-origin')).toBeNull()
  }
})

test('bodies that are no message are refused, and no stream is kept open', async () => {
  const token = await givenStatusToken(trade.domain)
  const many = JSON.stringify(Array.from({ length: 1_000 }, () => JSON.parse(listTools)))
  for (const body of ['', '{', 'null', '[]', many, '{"jsonrpc":"2.0"}', '"x"'])
    expect((await post(body, token)).status, body.slice(0, 20)).toBe(400)
  const answer = await post(listTools, token)
  expect({ status: answer.status, cache: answer.headers.get('cache-control') }).toEqual({
    status: 200,
    cache: 'no-store',
  })
  for (const method of ['GET', 'DELETE', 'PUT'])
    expect((await fetch(new URL('/mcp', web.origin), { method, headers: shown(token) })).status, method).toBe(405)
})

test('the commands in the documentation work as they are written there', async () => {
  const document = readFileSync('docs/status-api.md', 'utf8')
  const commands = [...document.matchAll(/```sh\n(.*?)```/gs)].map(([, command]) => command!)
  const env = { ...process.env, LOCKSTEP_TOKEN: await givenStatusToken(trade.domain) }
  const answers = commands.map((command) => {
    const here = command.replaceAll('https://lockstep.example.com', web.origin)
    return execFile('sh', ['-c', here.replace(/^curl/, 'curl --silent --show-error')], { env })
  })
  const [status, why] = (await Promise.all(answers)).map(({ stdout }) => JSON.parse(stdout))
  expect(statusReport.parse(status).shop).toBe(trade.domain)
  expect(why.result.structuredContent).toMatchObject({ customerId: '771003', state: 'left_out' })
})

test('the answer in the documentation fits its schema, and its sums hold', () => {
  const [, example] = /```json\n(.*?)```/s.exec(readFileSync('docs/status-api.md', 'utf8')) ?? []
  const { customers, reasons } = statusReport.parse(JSON.parse(example!))
  expect(customers.synced + customers.pending + customers.excluded + customers.issues).toBe(customers.total)
  expect(reasons.reduce((sum, reason) => sum + reason.customers, 0)).toBe(customers.excluded + customers.issues)
})

test('a token’s allowance counts for both, across web processes', async () => {
  const token = await givenStatusToken(trade.domain)
  const second = await startWeb(sandbox)
  try {
    const byHttp = () => fetch(new URL('/api/status', second.origin), { headers: shown(token) })
    const from = Date.now()
    const asked = Array.from({ length: 90 }, (_, i) => (i % 2 === 0 ? byHttp() : post(listTools, token)))
    const statuses = (await Promise.all(asked)).map(({ status }) => status)
    const seconds = (Date.now() - from) / 1_000
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(60 + seconds + 1)
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(0)
  } finally {
    await second.end()
  }
})
