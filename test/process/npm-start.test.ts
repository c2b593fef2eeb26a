import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { isAlive } from '#app/store/embedded/process-lock.ts'
import { useSandbox } from '#test/support/sandbox.ts'
import { givenCheckout, type NpmRun, type OwnCheckout } from './own-checkout.ts'

const sandbox = useSandbox()

const SOON = { timeout: 30_000, interval: 50 }
/** Hosts kill a process that has not ended by then. */
const STOPPED_WITHIN_MS = 20_000

const postmaster = ({ postgresDir }: OwnCheckout) => {
  const [pid, , , port] = readFileSync(join(postgresDir, 'data', 'postmaster.pid'), 'utf8')
    .split('\n')
    .map(Number)
  return { pid: pid!, port: port! }
}
const pidOf = (checkout: OwnCheckout, file: string) =>
  checkout.processes().find(({ command }) => command.includes(file) && !command.startsWith('npm'))!.pid

/** The system removes a process a moment after npm has heard of its end. */
const untilNoneRuns = (checkout: OwnCheckout) =>
  vi.waitFor(() => expect(checkout.processes()).toEqual([]), { timeout: 10_000 })

async function healthOf({ port }: { port: number }): Promise<number | null> {
  return fetch(`http://127.0.0.1:${port}/healthz`).then(
    ({ status }) => status,
    () => null,
  )
}

/** How a page answers that looks for a token in the database: 401 if it can, for there is no such token. */
async function statusWithToken({ port }: { port: number }): Promise<number | null> {
  const headers = { authorization: `Bearer lockstep_shop_${'a'.repeat(43)}` }
  return fetch(`http://127.0.0.1:${port}/api/status`, { headers }).then(
    ({ status }) => status,
    () => null,
  )
}

/** Runs `npm start` on the embedded database. Resolves when web and worker have started. */
async function givenStarted(checkout: OwnCheckout): Promise<NpmRun & { readonly port: number }> {
  const run = checkout.npm(['start'], { SHUTDOWN_DELAY_MS: '0' })
  const { address } = (await run.event('web_started')) as { address: { port: number } }
  await run.event('worker_started')
  return { ...run, port: address.port }
}

test.each([
  ['start', 'web_started'],
  ['run start:web', 'web_started'],
  ['run start:worker', 'worker_started'],
])('a SIGTERM to `npm %s` ends all it started, and itself, in time', { timeout: 90_000 }, async (args, event) => {
  const checkout = await givenCheckout()
  const run = checkout.npm(args.split(' '), args === 'start' ? {} : { DATABASE_URL: sandbox.databaseUrl })
  await run.event(event)
  expect(checkout.processes().length).toBeGreaterThan(1)

  const toldAt = performance.now()
  run.process.kill('SIGTERM')
  await run.ended

  expect(performance.now() - toldAt).toBeLessThan(STOPPED_WITHIN_MS)
  await untilNoneRuns(checkout)
})

test('an embedded Postgres killed with -9 comes back on its port, and web and worker go on', {
  timeout: 90_000,
}, async () => {
  const checkout = await givenCheckout()
  const run = await givenStarted(checkout)
  const before = postmaster(checkout)
  const parts = () => ['app/web.ts', 'app/worker/main.ts'].map((file) => pidOf(checkout, file))
  const pids = parts()

  for (const _ of [1, 2]) {
    expect(await statusWithToken(run)).toBe(401)
    const { pid } = postmaster(checkout)
    process.kill(pid, 'SIGKILL')
    // It may be back before anybody could see that it was away.
    await vi.waitFor(() => expect(postmaster(checkout).pid).not.toBe(pid), SOON)
    await vi.waitUntil(async () => (await statusWithToken(run)) === 401, SOON)
    await vi.waitUntil(async () => (await healthOf(run)) === 200, SOON)
  }

  expect(postmaster(checkout).port).toBe(before.port)
  expect(parts()).toEqual(pids)
  run.process.kill('SIGTERM')
  expect(await run.ended).toBe(0)
  await untilNoneRuns(checkout)
})

test.each([
  ['once they run', (run: NpmRun) => run.event('worker_started')],
  ['while they start', (_: NpmRun, checkout: OwnCheckout) => vi.waitFor(() => pidOf(checkout, 'app/web.ts'), SOON)],
])(
  'if the process that runs all is killed with -9 %s, all it started ends as well',
  {
    timeout: 120_000,
  },
  async (_when, moment) => {
    const checkout = await givenCheckout()
    const run = checkout.npm(['start'], { SHUTDOWN_DELAY_MS: '0' })
    await moment(run, checkout)
    process.kill(pidOf(checkout, 'app/main.ts'), 'SIGKILL')
    await run.ended
    await vi.waitUntil(() => !checkout.processes().some(({ command }) => command.includes('/app/')), SOON)
    await vi.waitFor(() => expect(checkout.processes()).toEqual([]), { timeout: 40_000, interval: 200 })
  },
)

test('if everything but the embedded Postgres is killed with -9 at once, it ends, too; one that is taken over stays', {
  timeout: 120_000,
}, async () => {
  const checkout = await givenCheckout()
  const killAll = () => {
    for (const { pid, command } of checkout.processes()) if (command.includes('app/')) process.kill(pid, 'SIGKILL')
  }
  const first = await givenStarted(checkout)
  const { pid } = postmaster(checkout)
  killAll()
  await first.ended
  expect(isAlive(pid)).toBe(true)

  const second = await givenStarted(checkout)
  expect(postmaster(checkout).pid).toBe(pid)
  const firstWatch = () => checkout.processes().filter(({ command }) => command.includes('read -r')).length > 1
  await vi.waitUntil(() => !firstWatch(), { timeout: 40_000, interval: 200 })
  expect(await healthOf(second)).toBe(200)

  killAll()
  await second.ended
  await vi.waitFor(() => expect(checkout.processes()).toEqual([]), { timeout: 40_000, interval: 200 })
})

test('a port in use ends `npm start` with a sentence that names it', { timeout: 90_000 }, async () => {
  const checkout = await givenCheckout()
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  const { port } = taken.address() as AddressInfo

  const run = checkout.npm(['start'], { PORT: String(port) })

  expect(await run.ended).toBe(1)
  const plain = run.lines.filter((line) => !/^(\{|>|npm |\s*$)/.test(line))
  expect(plain).toEqual([`Port ${port} is already in use: end what listens there, or set PORT to another.`])
  await untilNoneRuns(checkout)
  taken.close()
})
