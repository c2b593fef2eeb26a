import { once } from 'node:events'
import { Agent, request as httpRequest } from 'node:http'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { config } from '#app/config.server.ts'
import { LockstepApp } from '#test/sandbox/lockstep-app.ts'
import { signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { givenWeb, type WebProcess } from '#test/support/web-process.ts'
import { environmentOf } from '#test/worker/given-worker.ts'

const sandbox = useSandbox()

const SOON = { timeout: 20_000, interval: 10 }

interface Outcome {
  /** Status of the answer, or the error's code. */
  readonly got: number | string
  readonly closes: boolean
}

/** Delivers a webhook on one of the agent's connections, or on a new one. */
function deliver({ port }: WebProcess, shop: string, agent: Agent | false): Promise<Outcome> {
  const body = '{"admin_graphql_api_id":"gid://shopify/Customer/1","updated_at":"2026-11-20T10:00:00Z"}'
  const headers = {
    'x-shopify-topic': 'customers/update',
    'x-shopify-hmac-sha256': signatureOf(body, config.shopify.apiSecret),
    'x-shopify-shop-domain': shop,
    'content-length': body.length,
  }
  return new Promise((resolve) => {
    const request = httpRequest({
      port,
      host: '127.0.0.1',
      path: '/webhooks/customers',
      method: 'POST',
      headers,
      agent,
    })
    request.on('error', (error: NodeJS.ErrnoException) => resolve({ got: error.code ?? error.message, closes: true }))
    request.on('response', (response) => {
      response.resume()
      response.on('error', (error: NodeJS.ErrnoException) => resolve({ got: error.code ?? '', closes: true }))
      response.on('end', () =>
        resolve({ got: response.statusCode ?? 0, closes: response.headers.connection === 'close' }),
      )
    })
    request.end(body)
  })
}

/** Delivers without a pause until it is refused. Adds each outcome to `outcomes`. */
async function deliverUntilRefused(outcomes: Outcome[], deliverOne: () => Promise<Outcome>): Promise<void> {
  for (;;) {
    const outcome = await deliverOne()
    outcomes.push(outcome)
    if (typeof outcome.got === 'string') return
  }
}

test.each([
  ['that keep their connections', () => new Agent({ keepAlive: true, maxSockets: 16 })],
  ['with a new connection for each', () => false as const],
])(
  'stopped while senders %s deliver as fast as they can, the web process answers each request or refuses the connection',
  {
    timeout: 60_000,
  },
  async (_how, agentOf) => {
    const { domain } = await givenInstalledShop(sandbox)
    const web = await givenWeb(sandbox, { SHUTDOWN_DELAY_MS: '3000' })
    const outcomes: Outcome[] = []
    const agent = agentOf()
    const senders = Array.from({ length: 16 }, () => deliverUntilRefused(outcomes, () => deliver(web, domain, agent)))
    await vi.waitUntil(() => outcomes.length > 500, SOON)

    const ended = web.app.stop('SIGTERM')
    await vi.waitUntil(async () => (await fetch(`${web.origin}/healthz`)).status === 503, SOON)
    const asReadinessEnds = outcomes.length
    await Promise.all(senders)

    expect(await ended).toBe(0)
    const answered = outcomes.filter(({ got }) => got === 200)
    expect(new Set(outcomes.map(({ got }) => got))).toEqual(new Set([200, 'ECONNREFUSED']))
    expect(answered.length).toBeGreaterThan(asReadinessEnds)
    expect(
      outcomes.slice(asReadinessEnds, asReadinessEnds + 200).some(({ got, closes }) => got === 200 && closes),
    ).toBe(true)
    const [marks] = await rowsIn(sandbox.databaseUrl, 'select changes from dirty_customer where shop = $1', [domain])
    expect(marks.changes).toBe(answered.length)
  },
)

test('a request under way when the web process is stopped is answered, however long its sender takes', async () => {
  const web = await givenWeb(sandbox)
  const status = new Promise((resolve, reject) => {
    const request = httpRequest({ port: web.port, host: '127.0.0.1', path: '/webhooks/customers', method: 'POST' })
    request.setHeader('content-length', 2)
    request.setHeader('x-shopify-topic', 'customers/update')
    request.setHeader('x-shopify-hmac-sha256', signatureOf('{}', config.shopify.apiSecret))
    request.setHeader('x-shopify-shop-domain', 'nobody.myshopify.com')
    request.on('error', reject)
    request.on('response', (response) => resolve(response.resume().statusCode))
    request.on('socket', (socket) => socket.on('connect', () => request.write('{', stopFirst)))
    async function stopFirst() {
      await fetch(`${web.origin}/healthz`) // earlier deliveries have arrived
      process.kill(web.app.pid, 'SIGTERM')
      const refused = () =>
        fetch(`${web.origin}/healthz`).then(
          () => false,
          () => true,
        )
      await vi.waitUntil(refused, SOON)
      request.end('}')
    }
  })
  expect(await status).toBe(200)
  expect(await web.app.stop()).toBe(0)
})

test('a signal that comes twice, as from npm and the terminal both, ends the web process no differently', async () => {
  const web = await givenWeb(sandbox, { SHUTDOWN_DELAY_MS: '5000' })
  process.kill(web.app.pid, 'SIGTERM')
  await vi.waitUntil(async () => (await fetch(`${web.origin}/healthz`)).status === 503, SOON)
  expect(await web.app.stop('SIGTERM')).toBe(0)
})

// Without a handler of its own, the first process of a container is sent no SIGTERM: it would go on starting.
test.each(['app/web.ts', 'app/worker/main.ts'])('%s handles a SIGTERM while it is still starting', async (entry) => {
  const silent = createServer().listen(0, '127.0.0.1')
  onTestFinished(() => void silent.close())
  const connected = once(silent, 'connection')
  await once(silent, 'listening')
  const DATABASE_URL = `postgresql://lockstep:secret@127.0.0.1:${(silent.address() as AddressInfo).port}/lockstep`
  const app = new LockstepApp({
    entry,
    shopifyOrigin: sandbox.shopify.origin,
    env: { ...environmentOf(sandbox), PORT: '0', DATABASE_URL },
  })
  onTestFinished(async () => void (await app.stop('SIGKILL')))
  await connected
  expect(await app.stop()).toBe(0)
})
