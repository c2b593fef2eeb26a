import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll } from 'vitest'
import { createWebServer } from '#app/server.ts'
import type { Sandbox } from './sandbox.ts'

/** The real web server with no pages (404), to which the stand-in Shopify sends its webhooks. Ends with the test file. */
export function useDoor(sandbox: Sandbox): { readonly origin: string } {
  const server = createWebServer((_request, response) => response.writeHead(404).end())
  const door = { origin: '' }
  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    door.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    sandbox.shopify.setAppUrl(door.origin)
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })
  return door
}
