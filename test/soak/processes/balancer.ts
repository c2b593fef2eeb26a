import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/** One address for several web processes, as a load balancer gives: each connection goes to the process with the fewest. */
export interface Balancer {
  /** Such as http://127.0.0.1:4001. */
  readonly origin: string
  /** From now on connections go to this port, too. */
  add(port: number): void
  /** No new connection goes to this port. */
  remove(port: number): void
  close(): Promise<void>
}

/** Starts a balancer on loopback. A connection for which no process listens is refused. */
export async function startBalancer(): Promise<Balancer> {
  const openOf = new Map<number, Set<Socket>>()
  const server = createServer((client) => {
    const [chosen] = [...openOf].toSorted(([, a], [, b]) => a.size - b.size)
    if (!chosen) return void client.destroy()
    const [port, open] = chosen
    const upstream = connect(port, '127.0.0.1')
    open.add(client)
    client.pipe(upstream).pipe(client)
    for (const socket of [client, upstream]) {
      socket.on('error', () => {})
      socket.on('close', () => {
        open.delete(client)
        client.destroy()
        upstream.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    add: (port) => void openOf.set(port, new Set()),
    remove: (port) => void openOf.delete(port),
    async close() {
      const closed = once(server, 'close')
      server.close()
      for (const open of openOf.values()) for (const socket of open) socket.destroy()
      await closed
    },
  }
}
