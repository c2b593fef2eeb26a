import type { Config } from '../config.server.ts'

/** Returns the configuration, or ends the process with one message that lists every fault. */
export async function configuredOrExit(): Promise<Config> {
  try {
    return (await import('../config.server.ts')).config
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConfigError') throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
