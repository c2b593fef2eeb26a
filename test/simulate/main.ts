// npm run simulate [-- --shops 10000 --customers 1000000000]: what so many shops take and cost, from the measured figures in figures.json and
// the assumptions in assumptions.ts. `-- --measure` measures the figures anew on this machine first, in a few minutes.
import '#test/support/environment.ts'
import { parseArgs } from 'node:util'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { assumedValues } from './assumptions.ts'
import { readFigures, saveFigures } from './figures.ts'
import { costs, firstSync, forecast } from './forecast.ts'
import { forecastAsText } from './print-forecast.ts'

const { values } = parseArgs({
  options: {
    measure: { type: 'boolean', default: false },
    shops: { type: 'string', default: '10000' },
    customers: { type: 'string', default: '1000000000' },
  },
})
const scenario = { shops: count('shops'), customers: count('customers') }

if (values.measure) saveFigures(await measured())
const figures = readFigures()
const one = forecast(figures, assumedValues(), scenario)
const perMinute = Object.fromEntries(
  Object.values(endpoints).map(({ name, limits }) => [name, limits.find(({ spanMs }) => spanMs === 60_000)!.calls]),
)
const syncs = [10_000, 100_000, 1_000_000, 10_000_000].map((customers) => firstSync(customers, figures, perMinute))
console.log(forecastAsText(figures, one, syncs))
console.log(JSON.stringify({ ...one, ...costs(one) }))

function count(name: 'shops' | 'customers'): number {
  const number = Number(values[name])
  if (Number.isSafeInteger(number) && number > 0) return number
  console.error(`--${name} must be a whole number above 0, and is ${values[name]}`)
  process.exit(1)
}

/** Loads what only measuring needs. */
async function measured() {
  const { measure } = await import('./measure/measure.ts')
  const { stopBenchCluster } = await import('#test/bench/process/bench-database.ts')
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopBenchCluster().finally(() => process.exit(1)))
  }
  try {
    return await measure((text) => console.log(text))
  } finally {
    await stopBenchCluster()
  }
}
