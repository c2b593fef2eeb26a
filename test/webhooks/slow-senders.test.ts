import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { config } from '#app/config.server.ts'
import { signatureOf } from '#test/sandbox/shopify/webhooks/delivery.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { givenWeb, statusOf, type WebProcess } from '#test/support/web-process.ts'

const sandbox = useSandbox()

const MEGABYTE = 1_000_000
const BODY_BYTES = MEGABYTE
/** At most 64 MB of bodies are held; the collector and the sockets need room beside them. 700 such bodies would need 665 MB. */
const MOST_GROWTH_BYTES = 250 * MEGABYTE

interface SlowSender {
  readonly socket: Socket
  /** Status of the answer; null while there is none. */
  status: number | null
}

/** Sends nearly all of a large body, and then nothing more. */
async function sendSlowly({ port }: WebProcess, body: Buffer): Promise<SlowSender> {
  const socket = connect(port, '127.0.0.1')
  const sender: SlowSender = { socket, status: null }
  socket.on('error', () => {})
  socket.on('data', (part) => (sender.status ??= Number(part.toString('latin1').split(' ')[1])))
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  socket.write(
    `POST /webhooks/customers HTTP/1.1\r\nHost: a\r\nX-Shopify-Hmac-Sha256: AAAA\r\nX-Shopify-Topic: a\r\nContent-Length: ${BODY_BYTES}\r\n\r\n`,
  )
  socket.write(body)
  return sender
}

function memoryOf({ app: { pid } }: WebProcess): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * 1024
}

async function deliver({ origin }: WebProcess, shop: string, id: number): Promise<number> {
  const body = JSON.stringify({
    admin_graphql_api_id: `gid://shopify/Customer/${id}`,
    updated_at: '2026-11-20T10:00:00Z',
  })
  const headers = {
    'x-shopify-topic': 'customers/update',
    'x-shopify-hmac-sha256': signatureOf(body, config.shopify.apiSecret),
    'x-shopify-shop-domain': shop,
  }
  const answer = await fetch(`${origin}/webhooks/customers`, { method: 'POST', body, headers })
  return answer.status
}

test('seven hundred slow senders of large bodies take no more memory than is set aside for them, and keep no delivery waiting', {
  timeout: 120_000,
}, async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const web = await givenWeb(sandbox)
  expect(await deliver(web, domain, 1)).toBe(200)
  const before = memoryOf(web)
  let most = before
  const watching = setInterval(() => (most = Math.max(most, memoryOf(web))), 20)
  onTestFinished(() => clearInterval(watching))

  const body = Buffer.alloc(BODY_BYTES - 50_000, 'x')
  const senders = await Promise.all(Array.from({ length: 700 }, () => sendSlowly(web, body)))
  let slowestMs = 0
  for (let id = 2; id <= 40; id++) {
    const sentAt = performance.now()
    expect(await deliver(web, domain, id)).toBe(200)
    slowestMs = Math.max(slowestMs, performance.now() - sentAt)
  }
  await vi.waitUntil(() => senders.every(({ status }) => status !== null), { timeout: 60_000, interval: 50 })

  expect(new Set(senders.map(({ status }) => status))).toEqual(new Set([408, 503]))
  await vi.waitUntil(() => senders.every(({ socket }) => socket.destroyed), { timeout: 60_000, interval: 50 })
  expect(most - before).toBeLessThan(MOST_GROWTH_BYTES)
  expect(slowestMs, 'the slowest delivery meanwhile, in milliseconds').toBeLessThan(5_000)
  expect(await deliver(web, domain, 41)).toBe(200)
  expect(await rowsIn(sandbox.databaseUrl, 'select 1 from dirty_customer where shop = $1', [domain])).toHaveLength(41)
})

test('more senders at once than may be read at a time: those that began first give way, and a delivery is taken', {
  timeout: 60_000,
}, async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const web = await givenWeb(sandbox)
  const senders = await Promise.all(Array.from({ length: 1_200 }, () => sendSlowly(web, Buffer.from('x'))))
  expect(await deliver(web, domain, 1)).toBe(200)
  await vi.waitUntil(() => senders.filter(({ status }) => status === 503).length >= 200, {
    interval: 50,
    timeout: 20_000,
  })
})

test('a body that comes byte by byte is read as one that comes at once', async () => {
  const { domain } = await givenInstalledShop(sandbox)
  const web = await givenWeb(sandbox)
  const body = JSON.stringify({
    admin_graphql_api_id: 'gid://shopify/Customer/1',
    updated_at: null,
    pad: 'x'.repeat(30_000),
  })
  const chunks = [...body].map((byte) => `1\r\n${byte}\r\n`).join('')
  const headers = `Host: a\r\nX-Shopify-Hmac-Sha256: ${signatureOf(body, config.shopify.apiSecret)}\r\nX-Shopify-Topic: customers/update\r\nX-Shopify-Shop-Domain: ${domain}`
  const request = `POST /webhooks/customers HTTP/1.1\r\n${headers}\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}0\r\n\r\n`
  expect(await statusOf(web, request)).toBe(200)
})

test('a form over 1 MB is refused before the pages read it, whether it declares its length or not', async () => {
  const web = await givenWeb(sandbox)
  const head = 'POST /app/settings HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded'
  // Refused by its declared length: nothing of the body has been sent.
  expect(await statusOf(web, `${head}\r\nContent-Length: 1000001\r\n\r\n`)).toBe(413)
  const chunk = `${(500_001).toString(16)}\r\n${'a'.repeat(500_001)}\r\n`
  expect(await statusOf(web, `${head}\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`)).toBe(413)
  // Exactly 1 MB is admitted to the pages, which refuse it: no merchant is signed in here.
  const most = `${head}\r\nAuthorization: Bearer abc\r\nContent-Length: 1000000\r\n\r\n${'a'.repeat(1_000_000)}`
  expect(await statusOf(web, most)).toBe(401)
})
