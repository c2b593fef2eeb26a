import { type ProcessRole, setLogLevel, setProcessRole } from '#app/telemetry/log.ts'
import type { Config } from '../config.server.ts'
import { cannotStart } from './cannot-start.ts'
import { logLibraries } from './library-lines.ts'

/** Returns the configuration, or ends the process with one message that lists every fault. From then on all that happens is logged. */
export async function configuredOrExit(role: ProcessRole, { isDev = false } = {}): Promise<Config> {
  setProcessRole(role)
  logLibraries({ keepsConsole: isDev })
  try {
    const { config } = await import('../config.server.ts')
    setLogLevel(config.logLevel)
    return config
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ConfigError') throw error
    process.exit(cannotStart(error.message))
  }
}
