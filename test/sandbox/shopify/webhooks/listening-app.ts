import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Received {
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What the app does with a delivery: a status, a cut connection, or no answer at all. */
export type Reaction = number | 'reset' | 'silence'

export interface ListeningApp {
  readonly url: string
  readonly received: Received[]
  close(): Promise<void>
}

/** An app that takes what it is sent, for tests of the sender. */
export async function startListeningApp(
  react: (delivery: Received, index: number) => Reaction = () => 200,
): Promise<ListeningApp> {
  const received: Received[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const delivery = { path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
    const reaction = react(delivery, received.push(delivery) - 1)
    if (reaction === 'reset') request.socket.destroy()
    else if (reaction !== 'silence') response.writeHead(reaction).end()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
