import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '#test/support/free-port.ts'

export interface RedisServer {
  readonly port: number
  stop(): Promise<void>
}

/**
 * A Redis with an append-only file; null where none is installed. With `fsync` `everysec`, Redis' own default, a machine that loses its power
 * loses the last second of what was acknowledged; with `always` nothing, as with Postgres.
 */
export async function startRedis(fsync: 'everysec' | 'always'): Promise<RedisServer | null> {
  if (spawnSync('redis-server', ['--version']).error) return null
  const port = await freePort()
  const dir = mkdtempSync(join(tmpdir(), 'bench-redis-'))
  const settings = { port, bind: '127.0.0.1', dir, appendonly: 'yes', appendfsync: fsync, save: '', daemonize: 'no' }
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)])
  const server = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
  for await (const text of server.stdout) if (String(text).includes('Ready to accept connections')) break
  return {
    port,
    stop: async () => {
      server.kill('SIGTERM')
      if (server.exitCode === null) await once(server, 'exit')
      rmSync(dir, { recursive: true, force: true })
    },
  }
}
