// A peer: node:http, the signature checked, the webhook handed over, 200. Argument: the queue.
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { handOverTo, type QueueKind } from './hand-over.ts'

const secret = process.env.SHOPIFY_API_SECRET!
const handOver = await handOverTo(process.argv[2] as QueueKind)

const server = createServer((request, response) => {
  const parts: Buffer[] = []
  request.on('data', (part: Buffer) => parts.push(part))
  request.on('end', async () => {
    const body = Buffer.concat(parts)
    const hmac = Buffer.from(String(request.headers['x-shopify-hmac-sha256']), 'base64')
    const expected = createHmac('sha256', secret).update(body).digest()
    if (hmac.length !== expected.length || !timingSafeEqual(hmac, expected)) return response.writeHead(401).end()
    const shop = String(request.headers['x-shopify-shop-domain'])
    const topic = String(request.headers['x-shopify-topic'])
    await handOver({ shop, topic, payload: JSON.parse(body.toString('utf8')) })
    response.writeHead(200).end()
  })
})
server.listen(0, '127.0.0.1', () => console.log(JSON.stringify({ event: 'peer_started', address: server.address() })))
