// npm run bench [-- --full] [-- <bench> …]: measures what Lockstep promises, beside what others do with the same work.
import '#test/support/environment.ts'
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { stopBenchCluster } from './process/bench-database.ts'
import { ROOT } from './process/running-process.ts'
import type { Bench, Form } from './report/bench-result.ts'
import { machineNow, printResult } from './report/print-result.ts'

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  intake: async () => (await import('./intake.ts')).intake,
  coalescing: async () => (await import('./coalescing.ts')).coalescing,
  backfill: async () => (await import('./backfill.ts')).backfill,
  compare: async () => (await import('./compare.ts')).compare,
  freshness: async () => (await import('./freshness.ts')).freshness,
  loyalty: async () => (await import('./loyalty.ts')).loyalty,
  neighbours: async () => (await import('./neighbours.ts')).neighbours,
  retention: async () => (await import('./retention.ts')).retention,
  sweep: async () => (await import('./sweep.ts')).sweep,
  card: async () => (await import('./card.ts')).card,
  pages: async () => (await import('./pages.ts')).pages,
  browser: async () => (await import('./browser.ts')).browser,
}

const asked = process.argv.slice(2)
const form: Form = asked.includes('--full') ? 'full' : 'short'
const names = asked.filter((name) => name !== '--full')
const unknown = names.filter((name) => !(name in benches))
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}.`)
  process.exit(1)
}

if (!existsSync(`${ROOT}build/server/index.js`)) spawnSync('npm', ['run', 'build'], { cwd: ROOT, stdio: 'inherit' })

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopBenchCluster().finally(() => process.exit(1)))
}
const machine = machineNow()
try {
  for (const name of names.length > 0 ? names : Object.keys(benches)) {
    const bench = await benches[name]!()
    const result = await bench(form)
    printResult(name, form, result, { machine, root: ROOT })
    if (result.targets.some(({ reached }) => !reached)) process.exitCode = 1
  }
} finally {
  await stopBenchCluster()
}
