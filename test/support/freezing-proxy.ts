import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** A TCP proxy that can stop forwarding, like a network that loses a route: connections stay open, and nothing is transmitted. */
export interface FreezingProxy {
  /** The URL of the server, through the proxy. */
  readonly url: string
  /** Stops forwarding on all open connections. New connections forward, unless `new` is true. */
  freeze(options?: { new: boolean }): void
  /** Stops forwarding on one open connection, chosen by a draw from 0 to 1. Returns what lets it forward again, also what was held back. */
  freezeOne(drawn: number): () => void
  /** New connections forward again; frozen ones stay frozen until they are closed. */
  thaw(): void
  close(): Promise<void>
}

/** Starts a proxy on loopback for the server of a URL. */
export async function startFreezingProxy(serverUrl: string): Promise<FreezingProxy> {
  const target = new URL(serverUrl)
  const pairs = new Set<readonly [Socket, Socket]>()
  let frozen = false
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, pair.toReversed() as [Socket, Socket]]) {
      from.on('error', () => {})
      from.on('data', (data) => to.write(data))
      // A frozen connection transmits nothing, not even its end.
      from.on('close', () => {
        if (pair.some((socket) => socket.isPaused())) return
        to.destroy()
        pairs.delete(pair)
      })
    }
    if (frozen) stop(pair)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = new URL(serverUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    url: url.href,
    freeze(options = { new: false }) {
      frozen = options.new
      for (const pair of pairs) stop(pair)
    },
    freezeOne(drawn) {
      const pair = [...pairs][Math.floor(drawn * pairs.size)]
      if (!pair) return () => {}
      stop(pair)
      return () => {
        for (const socket of pair) socket.resume()
      }
    },
    thaw() {
      frozen = false
    },
    async close() {
      for (const pair of pairs) for (const socket of pair) socket.destroy()
      server.close()
    },
  }
}

function stop(pair: readonly [Socket, Socket]): void {
  for (const socket of pair) socket.pause()
}
