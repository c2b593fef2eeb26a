import { setTimeout as wait } from 'node:timers/promises'
import { type EmbeddedOptions, type EmbeddedPostgres, startEmbeddedPostgres } from './embedded-postgres.ts'

const LOOK_EVERY_MS = 1_000

/**
 * Starts or joins the embedded Postgres and checks it once a second: a server that died is started again on the same port, so that its URL
 * stays valid, and one whose owner died is taken over. `onRecovery` is called each time, with the error if it failed and will be tried
 * again.
 */
export async function keepEmbeddedPostgres(
  options: EmbeddedOptions,
  onRecovery: (error: unknown) => void,
): Promise<Pick<EmbeddedPostgres, 'url' | 'stop'>> {
  let server = await startEmbeddedPostgres(options)
  const port = Number(new URL(server.url).port)
  const stopping = new AbortController()

  async function look(): Promise<void> {
    await wait(LOOK_EVERY_MS, undefined, { signal: stopping.signal, ref: false })
    if (!server.isOrphaned()) return
    try {
      server = await startEmbeddedPostgres({ ...options, port })
      onRecovery(null)
    } catch (error) {
      onRecovery(error)
    }
  }

  async function keepLooking(): Promise<void> {
    while (!stopping.signal.aborted) await look().catch(() => {}) // rejects when stopping
  }

  const looking = keepLooking()
  return {
    url: server.url,
    async stop() {
      stopping.abort()
      await looking
      await server.stop()
    },
  }
}
