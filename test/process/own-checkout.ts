import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { onTestFinished, vi } from 'vitest'
import { findPostgresHome, removeOutside } from '#app/store/embedded/postgres-home.ts'

const ROOT = new URL('../..', import.meta.url).pathname

/** A checkout of this test's own, with its own embedded Postgres, and the processes npm started in it. */
export interface OwnCheckout {
  readonly dir: string
  /** The data directory of its embedded Postgres. */
  readonly postgresDir: string
  /** Runs `npm …` there. It does not build: it uses the pages of this checkout. */
  npm(args: readonly string[], env?: Readonly<Record<string, string>>): NpmRun
  /** The processes that run in it or on its data, by their command lines. */
  processes(): readonly { readonly pid: number; readonly command: string }[]
}

export interface NpmRun {
  readonly process: ChildProcess
  /** The output of the process and its children. */
  readonly lines: readonly string[]
  /** The first line of this event; waits until it comes. */
  event(name: string): Promise<Record<string, unknown>>
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>
}

/** Removed at the end of the test: no process and no file of it remains. */
export async function givenCheckout(): Promise<OwnCheckout> {
  const dir = mkdtempSync(join(tmpdir(), 'lockstep-checkout-'))
  for (const part of ['app', 'prisma', 'public', 'build', 'package.json'])
    cpSync(join(ROOT, part), join(dir, part), { recursive: true })
  writeFileSync(join(dir, '.env'), '')
  symlinkSync(join(ROOT, 'node_modules'), join(dir, 'node_modules'))
  const home = await findPostgresHome(dir, 'postgres')
  const processes = () => processesIn([dir, home.dir])
  onTestFinished(async () => {
    for (const { pid } of processes()) kill(pid)
    await vi.waitUntil(() => processes().length === 0, { timeout: 30_000 })
    removeOutside(home)
    rmSync(dir, { recursive: true, force: true })
  })
  return { dir, postgresDir: home.dir, processes, npm: (args, env = {}) => runNpm(dir, args, env) }
}

function runNpm(dir: string, args: readonly string[], env: Readonly<Record<string, string>>): NpmRun {
  const child: ChildProcess = spawn('npm', args, {
    cwd: dir,
    env: {
      NODE_ENV: 'production',
      PATH: process.env.PATH,
      HOME: dir,
      SHOPIFY_API_KEY: 'an-api-key',
      SHOPIFY_API_SECRET: 'a-secret',
      SHOPIFY_APP_URL: 'https://lockstep.test',
      ENCRYPTION_KEY: '0123456789abcdef'.repeat(4),
      PORT: '0',
      npm_config_update_notifier: 'false',
      npm_config_ignore_scripts: 'true', // skips prestart, which builds
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream! }).on('line', (line) => lines.push(line))
  const ended = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string)
  return {
    process: child,
    lines,
    ended,
    async event(name) {
      const found = () => lines.find((line) => line.includes(`"event":"${name}"`))
      const isOver = () => child.exitCode !== null || child.signalCode !== null
      await vi.waitUntil(() => found() ?? isOver(), { timeout: 60_000, interval: 20 })
      const line = found()
      if (!line) throw new Error(`npm ended before ${name}:\n${lines.join('\n')}`)
      return JSON.parse(line)
    },
  }
}

function processesIn(dirs: readonly string[]): { pid: number; command: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        const where = `${command} ${readlinkSync(`/proc/${pid}/cwd`)}`
        return command !== '' && dirs.some((dir) => where.includes(dir)) ? [{ pid: Number(pid), command }] : []
      } catch {
        return [] // it ended meanwhile
      }
    })
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it ended meanwhile
  }
}
