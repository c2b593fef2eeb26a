import { once } from 'node:events'
import { connect } from 'node:net'
import { onTestFinished } from 'vitest'
import { LockstepApp } from '#test/sandbox/lockstep-app.ts'
import { environmentOf } from '../worker/given-worker.ts'
import type { Sandbox } from './sandbox.ts'

export interface WebProcess {
  readonly app: LockstepApp
  readonly port: number
  readonly origin: string
}

/** Starts the real web process, with the built pages, on a port of its own. `end` kills it if it still runs. */
export async function startWeb(
  sandbox: Sandbox,
  env: Readonly<Record<string, string>> = {},
): Promise<WebProcess & { readonly end: () => Promise<void> }> {
  const app = new LockstepApp({
    entry: 'app/web.ts',
    shopifyOrigin: sandbox.shopify.origin,
    env: { ...environmentOf(sandbox), PORT: '0', ...env },
  })
  const { address } = (await app.event('web_started')) as { address: { port: number } }
  const end = async () => void (await app.stop('SIGKILL'))
  return { app, port: address.port, origin: `http://127.0.0.1:${address.port}`, end }
}

/** Like startWeb, but ends with the test at the latest. */
export async function givenWeb(sandbox: Sandbox, env: Readonly<Record<string, string>> = {}): Promise<WebProcess> {
  const { end, ...web } = await startWeb(sandbox, env)
  onTestFinished(end)
  return web
}

/** Sends these bytes on a connection of their own. Returns the status of the answer, or null if there was none. */
export async function statusOf({ port }: Pick<WebProcess, 'port'>, bytes: string): Promise<number | null> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', (part) => {
    answer += part.toString('latin1')
    if (answer.includes('\r\n\r\n')) socket.destroy()
  })
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  const status = /^HTTP\/1\.1 (\d{3})/.exec(answer)?.[1]
  return status === undefined ? null : Number(status)
}
