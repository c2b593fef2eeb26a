// npm run soak [-- --minutes 10 --shops 200 --webhooks-per-second 500 --strict …]: our processes under load and accidents for some minutes.
// Exit code 0 only if the one law holds in the end, nothing was lost, and no process grew. Loopback only.
import '#test/support/environment.ts'
import { type SoakOptions, soakOptions } from './options.ts'
import { soakAsText } from './report/print-soak.ts'
import { findings, isPassed } from './report/verdict.ts'
import { soak } from './soak.ts'

const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stopping.abort())

/** A close that takes longer is given up: every process ends with this one. */
const STOP_DEADLINE_MS = 40_000
stopping.signal.addEventListener('abort', () => void setTimeout(() => process.exit(130), STOP_DEADLINE_MS).unref())

const options = optionsOrExit()
try {
  const figures = await soak(options, stopping.signal, (text) => console.log(text))
  const found = findings(figures, options)
  const passed = isPassed(found, options)
  console.log(soakAsText(figures, found))
  console.log(JSON.stringify({ passed, options, ...figures }))
  process.exit(passed ? 0 : 1)
} catch (error) {
  if (!stopping.signal.aborted) console.error(error)
  process.exit(stopping.signal.aborted ? 130 : 1)
}

function optionsOrExit(): SoakOptions {
  try {
    return soakOptions(process.argv.slice(2))
  } catch (error) {
    console.error((error as Error).message)
    process.exit(1)
  }
}
