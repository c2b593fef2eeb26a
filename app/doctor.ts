// npm run doctor: looks at everything an installation needs, within ten seconds, and says how to mend what is wrong. Changes nothing.
// --offline asks neither Shopify nor Klaviyo; --json writes the findings as JSON. Exit code 1 if something is wrong.
import { parseArgs } from 'node:util'
import type { Config } from './config.server.ts'
import type { Check } from './doctor/finding.ts'
import { fault, ok } from './doctor/finding.ts'
import { linesOf } from './doctor/print-findings.ts'
import { runChecks } from './doctor/run-checks.ts'
import { setLogLevel } from './telemetry/log.ts'

// Its findings are all that it prints.
setLogLevel('fatal')

const { values: options } = parseArgs({
  options: { json: { type: 'boolean', default: false }, offline: { type: 'boolean', default: false } },
})

const configuration = await import('./config.server.ts').catch((error: Error) => {
  if (error.name !== 'ConfigError') throw error
  return error
})
const isConfigured = 'config' in configuration
const lookAtConfiguration: Check = {
  name: 'configuration',
  isOnline: false,
  look: async () =>
    isConfigured
      ? ok('It is complete.')
      : fault(
          configuration.message.replace('\n  - ', ' ').replaceAll('\n  - ', ', '),
          'Set them in .env or in the environment.',
        ),
}
const checks = [lookAtConfiguration, ...(isConfigured ? await checksOf(configuration.config) : [])]
const findings = await runChecks(checks.filter(({ isOnline }) => !(isOnline && options.offline)))
process.stdout.write(options.json ? `${JSON.stringify(findings, null, 2)}\n` : linesOf(findings))
process.exit(findings.some(({ state }) => state === 'fault') ? 1 : 0)

/** Loaded only with a configuration, which the modules read as they load. */
async function checksOf(config: Config): Promise<Check[]> {
  const { openInstalledStore } = await import('./doctor/open-installed-store.ts')
  const { databaseChecks } = await import('./doctor/checks/database.ts')
  const { fileChecks } = await import('./doctor/checks/files.ts')
  const { klaviyoChecks } = await import('./doctor/checks/klaviyo.ts')
  const { shopifyChecks } = await import('./doctor/checks/shopify.ts')
  const opened = openInstalledStore(config.databaseUrl)
  opened.catch(() => {})
  return [...fileChecks(config), ...databaseChecks(opened), ...shopifyChecks(opened), ...klaviyoChecks(config)]
}
