import { spawnSync } from 'node:child_process'
import { readFileSync, rmSync } from 'node:fs'
import { scriptKilobytes } from '#test/e2e/support/script-size.ts'
import type { Vitals } from '#test/e2e/support/vitals.ts'
import { ROOT } from './process/running-process.ts'
import { atMost, type BenchResult, below } from './report/bench-result.ts'

const FIGURES = `${ROOT}.cache/vitals.json`

/** How each page feels in a browser on a processor four times as slow: the browser test measures, and here the figures are judged. */
export async function browser(): Promise<BenchResult> {
  rmSync(FIGURES, { force: true })
  const { status } = spawnSync('npm', ['run', 'e2e', '--', 'test/e2e/vitals.test.ts'], {
    cwd: ROOT,
    env: { ...process.env, VITALS_FILE: FIGURES },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  if (status !== 0) throw new Error('npm run e2e -- test/e2e/vitals.test.ts failed')
  const measured = Object.entries(JSON.parse(readFileSync(FIGURES, 'utf8')) as Record<string, Vitals>)
  const kilobytes = scriptKilobytes('routes/app._index')
  const worst = (figure: (vitals: Vitals) => number) => Math.max(...measured.map(([, vitals]) => figure(vitals)))
  return {
    columns: ['page', 'LCP ms', 'CLS', 'INP ms'],
    rows: measured.map(([page, { lcpMs, cls, inpMs }]) => [page, lcpMs, cls, inpMs ?? '-']),
    targets: [
      below('script of the first page, KB gzip', 150, kilobytes),
      atMost(
        'LCP of the slowest page, ms',
        1_000,
        worst(({ lcpMs }) => lcpMs),
      ),
      atMost(
        'CLS of the page that moves most',
        0.05,
        worst(({ cls }) => cls),
      ),
      atMost(
        'INP of the page that answers last, ms',
        150,
        worst(({ inpMs }) => inpMs ?? 0),
      ),
    ],
    notes: ['The processor is slowed down four times by the browser itself; the stand-ins and Postgres are not.'],
    measurements: measured,
  }
}
