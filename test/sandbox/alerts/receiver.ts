import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as it arrived. */
export interface ReceivedPost {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A real HTTP server, as Slack or a merchant's own program would listen. */
export class Receiver {
  readonly received: ReceivedPost[] = []
  /** With which it answers; null for one that never answers. */
  status: number | null = 200
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(): Promise<Receiver> {
    const server = createServer()
    const receiver = new Receiver(server)
    server.on('request', async (request, response) => {
      const parts: Buffer[] = []
      for await (const part of request) parts.push(part)
      receiver.received.push({
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString('utf8'),
      })
      if (receiver.status === null) return
      const location = receiver.status >= 300 && receiver.status < 400 ? { location: receiver.urlOf('/elsewhere') } : {}
      response.writeHead(receiver.status, location).end('answer')
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return receiver
  }

  urlOf(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise<void>((closed) => this.#server.close(() => closed()))
  }
}
