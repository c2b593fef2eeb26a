// npm run demo: a shop with thousands of customers connects to Klaviyo, is filled, takes live webhooks and ends exactly in
// step, with the shipped app on stand-ins for Shopify and Klaviyo. `--once` ends by itself and says whether the one law holds.
import { parseArgs } from 'node:util'
import { Demo } from './demo/demo.ts'

const { values } = parseArgs({
  options: {
    once: { type: 'boolean', default: false },
    customers: { type: 'string', default: '5000' },
    webhooks: { type: 'string', default: '2000' },
    seed: { type: 'string', default: '1' },
    data: { type: 'string', default: 'demo-postgres' }, // the folder of its Postgres, so that two can run beside each other
    verbose: { type: 'boolean', default: false },
  },
})
const count = (name: 'customers' | 'webhooks' | 'seed') => {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number >= 0) return number
  console.error(`--${name} must be a whole number, and is ${values[name]}`)
  process.exit(1)
}

const sizes = { customers: count('customers'), seed: count('seed') }
const webhooks = count('webhooks')

/** A close that takes longer is given up. */
const STOP_DEADLINE_MS = 25_000
const stopping = new AbortController()
const stopped = new Promise<number>((resolve) => {
  // Heard more than once: Ctrl-C in a terminal reaches us from there, and by way of npm.
  const stop = (code: number) => {
    stopping.abort()
    resolve(code)
  }
  process.on('SIGINT', () => stop(130))
  process.on('SIGTERM', () => stop(143))
})
const startedAt = performance.now()
const opening = Demo.open({ ...sizes, data: values.data, verbose: values.verbose })
const exitCode = await Promise.race([stopped, opening.then(play).catch(failed)])
// What is half open when a signal comes is closed when it is open.
const demo = await opening.catch(() => null)
setTimeout(() => process.exit(exitCode), STOP_DEADLINE_MS).unref()
await demo?.close()
process.exit(exitCode)

async function play(demo: Demo): Promise<number> {
  await demo.connect()
  await demo.backfill()
  await demo.useLoyaltyApp()
  await demo.choose()
  await demo.takeLiveWebhooks(webhooks)
  const law = await demo.checkLaw()
  await demo.printCard()
  const broken = law.differences.length > 0
  for (const difference of law.differences.slice(0, 10)) console.log(`  ✗ ${difference}`)
  console.log(broken ? `The one law is broken for ${law.differences.length}.` : 'The one law holds for every customer.')
  const seconds = Math.round((performance.now() - startedAt) / 100) / 10
  if (values.once) console.log(JSON.stringify({ law: !broken, ...demo.figures(law), seconds }))
  else if (!broken) {
    console.log(`\nOpen the app in the shop's admin: ${demo.url}\nCtrl-C ends the demo.`)
    await stopped
  }
  return broken ? 1 : 0
}

function failed(error: unknown): number {
  if (!stopping.signal.aborted) console.error(error)
  return 1
}
