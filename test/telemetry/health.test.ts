import { afterAll, afterEach, expect, test, vi } from 'vitest'
import { useDoor } from '#test/support/door.ts'
import { type FreezingProxy, startFreezingProxy } from '#test/support/freezing-proxy.ts'
import { rowsIn } from '#test/support/rows.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { givenWeb } from '#test/support/web-process.ts'
import { givenWorker } from '#test/worker/given-worker.ts'

let proxy: FreezingProxy
const sandbox = useSandbox({
  reachDatabase: async (url) => {
    proxy = await startFreezingProxy(url)
    return proxy.url
  },
})
const door = useDoor(sandbox)
afterEach(() => proxy.thaw())
afterAll(() => proxy.close())

/** Answers are kept for a second. */
const SOON = { timeout: 10_000, interval: 100 }

async function probe(path: string, origin = door.origin) {
  const begun = performance.now()
  const answer = await fetch(`${origin}${path}`)
  return { status: answer.status, said: await answer.json(), tookMs: performance.now() - begun }
}
const statusOf = async (path: string, origin?: string) => (await probe(path, origin)).status

/** Makes the test's database take no changes from connections that are opened from now on, and ends those that are open. */
async function setReadOnly(value: 'on' | 'off'): Promise<void> {
  const { pathname } = new URL(sandbox.databaseUrl)
  const name = pathname.slice(1)
  const elsewhere = new URL(sandbox.databaseUrl)
  elsewhere.pathname = '/postgres'
  await rowsIn(elsewhere.href, `alter database "${name}" set default_transaction_read_only = ${value}`)
  await rowsIn(elsewhere.href, 'select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])
}

test('a process that can commit is alive and ready, also under the older name', async () => {
  await vi.waitUntil(async () => (await statusOf('/readyz')) === 200, SOON)
  expect(await probe('/readyz')).toMatchObject({ status: 200, said: { database: 'up' } })
  expect(await probe('/healthz')).toMatchObject({ status: 200, said: { database: 'up' } })
  expect(await probe('/livez')).toMatchObject({ status: 200, said: { alive: true } })
})

test('while the database is silent the process is alive and not ready, and says so in time', async () => {
  proxy.freeze({ new: true })
  await vi.waitUntil(async () => (await statusOf('/readyz')) === 503, SOON)
  const { said, tookMs } = await probe('/readyz')
  expect(said).toEqual({ database: 'down' })
  expect(tookMs).toBeLessThan(5_000)
  expect(await statusOf('/livez')).toBe(200)

  proxy.thaw()
  await vi.waitUntil(async () => (await statusOf('/readyz')) === 200, SOON)
})

test('a database that answers and takes no changes makes the process not ready', async () => {
  await setReadOnly('on')
  try {
    await vi.waitFor(async () => {
      expect(await probe('/readyz')).toMatchObject({ status: 503, said: { database: 'read_only' } })
    }, SOON)
    expect(await statusOf('/livez')).toBe(200)
  } finally {
    await setReadOnly('off')
  }
  await vi.waitUntil(async () => (await statusOf('/readyz')) === 200, SOON)
})

test('after SIGTERM a web process is alive and not ready, on both of its ports, while it still takes deliveries', async () => {
  const web = await givenWeb(sandbox, { SHUTDOWN_DELAY_MS: '5000', METRICS_PORT: '0' })
  const { port } = await web.app.event('operations_started')
  const beside = `http://127.0.0.1:${port}`
  for (const origin of [web.origin, beside]) expect(await statusOf('/readyz', origin)).toBe(200)

  const ended = web.app.stop('SIGTERM')
  for (const origin of [web.origin, beside]) {
    await vi.waitUntil(async () => (await statusOf('/readyz', origin)) === 503, SOON)
    expect(await probe('/readyz', origin)).toMatchObject({ said: { database: 'up', stopping: true } })
    expect(await statusOf('/livez', origin)).toBe(200)
  }
  expect(await statusOf('/healthz', web.origin)).toBe(503)
  expect(await ended).toBe(0)
})

test('a worker answers probes on its own port: ready while its loop turns and commits can be made', async () => {
  const worker = await givenWorker(sandbox, { METRICS_PORT: '0', DATABASE_URL: proxy.url })
  const { port } = await worker.event('operations_started')
  const origin = `http://127.0.0.1:${port}`
  expect(await probe('/readyz', origin)).toMatchObject({ status: 200, said: { database: 'up' } })
  expect(await statusOf('/nothing', origin).catch(() => 404)).toBe(404)

  proxy.freeze({ new: true })
  await vi.waitUntil(async () => (await statusOf('/readyz', origin)) === 503, SOON)
  expect(await statusOf('/livez', origin)).toBe(200)
  expect((await worker.event('readiness_lost')).database).toBe('down')
})

test('metrics and probes on a port that is taken end the process with a sentence that names the setting', async () => {
  const { port } = new URL(door.origin)
  await expect(givenWorker(sandbox, { METRICS_PORT: port })).rejects.toThrow('set METRICS_PORT to another')
})
