import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, afterEach, expect, test } from 'vitest'
import { findPostgresHome, removeOutside } from '#app/store/embedded/postgres-home.ts'

const root = new URL('../..', import.meta.url).pathname
const data = `test-demo-${process.pid}`
const home = await findPostgresHome(root, data)
const { dir, outside } = home
let demo: ChildProcess | null = null

afterEach(() => {
  if (demo?.exitCode === null && demo.signalCode === null) process.kill(-demo.pid!, 'SIGKILL')
})
afterAll(() => {
  removeOutside(home)
  rmSync(dir, { recursive: true, force: true })
})

/** The demo as a newcomer starts it, as the head of a process group of its own. Resolves at the first line that begins so. */
async function startDemo(line: string): Promise<ChildProcess> {
  const args = ['run', 'demo', '--', '--customers', '40', '--webhooks', '10', '--data', data]
  const { VITEST: _, ...env } = process.env // a build that knows of it leaves its plugins out
  demo = spawn('npm', args, { cwd: root, env, detached: true, stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const said of createInterface({ input: demo.stdout! })) if (said.startsWith(line)) return demo
  throw new Error(`the demo ended before it said ${line}`)
}

test.each([
  ['while it is set up', 'Setting up', 'SIGTERM', 143],
  ['in the middle', 'Installed', 'SIGINT', 130],
  ['once it waits', 'Open the app', 'SIGTERM', 143],
] as const)(
  'stopped %s, the demo takes everything with it',
  { timeout: 120_000 },
  async (_when, line, signal, code) => {
    const { pid } = await startDemo(line)
    const ended = once(demo!, 'exit')
    demo!.stdout!.resume()
    process.kill(pid!, signal)
    process.kill(pid!, signal)

    expect(await ended).toEqual([code, null])
    expect(() => process.kill(-pid!, 0)).toThrow('ESRCH')
    expect(existsSync(join(dir, 'data', 'postmaster.pid'))).toBe(false)
    expect(existsSync(dir)).toBe(!outside)
  },
)
