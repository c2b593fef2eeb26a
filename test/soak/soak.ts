import { availableParallelism, loadavg } from 'node:os'
import { setTimeout as wait } from 'node:timers/promises'
import { processFigures } from '#test/bench/process/process-figures.ts'
import { quantile } from '#test/bench/report/statistics.ts'
import { accidents } from './accidents.ts'
import type { SoakOptions } from './options.ts'
import { CpuWatch } from './processes/cpu-use.ts'
import type { KeptProcess } from './processes/kept-process.ts'
import { liveBytes } from './processes/live-memory.ts'
import { watchMachine } from './processes/machine-use.ts'
import { openSurroundings, type Surroundings } from './processes/surroundings.ts'
import { growthMbPerMinute, type MemorySample, peakMb } from './report/memory.ts'
import type { ProcessResult, SoakFigures } from './report/verdict.ts'
import { untilAtRest } from './rest.ts'
import { soakShops } from './soak-shops.ts'

const SAMPLE_EVERY_MS = 2_000
const TELL_EVERY_SAMPLES = 15
const LIVE_EVERY_SAMPLES = 5
/** Filling the shops at the beginning. */
const FILLED_WITHIN_MS = 10 * 60_000
/** An endpoint that failed for long is tried again after a quarter of an hour at the latest. */
const AT_REST_WITHIN_MS = 17 * 60_000
const TIMED_EVERY_MS = 100

/** Runs a whole soak: fills the shops, lets them live while accidents happen, and waits until everything is at rest. */
export async function soak(
  options: SoakOptions,
  signal: AbortSignal,
  tell: (text: string) => void,
): Promise<SoakFigures> {
  const surroundings = await openSurroundings(signal)
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
  try {
    return await Promise.race([aborted, soakIn(surroundings, options, { signal, tell })])
  } finally {
    tell('Ending the processes …')
    await surroundings.close()
  }
}

async function soakIn(
  surroundings: Surroundings,
  options: SoakOptions,
  { signal, tell }: { signal: AbortSignal; tell: (text: string) => void },
): Promise<SoakFigures> {
  const { standIns, databaseUrl, processes } = surroundings
  const loadBefore = loadavg()[0]!
  const shops = soakShops(options)
  tell(`${shops.length} shops install the app and are filled …`)
  await standIns('open', { all: shops, seed: options.seed })
  const resting = { signal, tell: (left: object) => tell(`  not done yet: ${JSON.stringify(left)}`) }
  await untilAtRest(databaseUrl, { withinMs: FILLED_WITHIN_MS, ...resting })

  const liveBefore = await liveMb(processes)
  tell(`${options.webhooksPerSecond} webhooks a second for ${options.minutes} minutes, with accidents …`)
  const samples = new Map(processes.map((one) => [one, { resident: [], live: [] } as Samples]))
  const busy = watchMachine()
  const cpu = await CpuWatch.start(surroundings)
  const before = await standIns('traffic')
  const startedAt = performance.now()
  const inputEnds = AbortSignal.any([signal, AbortSignal.timeout(options.minutes * 60_000)])
  await standIns('startTraffic', { perSecond: options.webhooksPerSecond, timedEveryMs: TIMED_EVERY_MS })
  const accidentsEnd = accidents(surroundings, shops, options, inputEnds)
  accidentsEnd.catch(() => {}) // told below; when the soak is ended before, by nobody
  for (let taken = 1; !inputEnds.aborted; taken++) {
    await wait(SAMPLE_EVERY_MS, undefined, { signal: inputEnds }).catch(() => {})
    takeSamples(samples, cpu)
    if (taken % LIVE_EVERY_SAMPLES === 0) await takeLiveSamples(samples)
    if (taken % TELL_EVERY_SAMPLES === 0) tell(`  ${JSON.stringify(await standIns('traffic'))}`)
  }
  signal.throwIfAborted()
  const seconds = (performance.now() - startedAt) / 1_000
  const during = await standIns('traffic')
  const used = await cpu.end()
  const machine = { cores: availableParallelism(), loadBefore, busy: busy(), used }
  const happened = await accidentsEnd

  tell('Nothing happens in the shops any more; all work is to come to rest …')
  const restStartedAt = performance.now()
  const webhooks = await standIns('endTraffic')
  const left = await untilAtRest(databaseUrl, { withinMs: AT_REST_WITHIN_MS, ...resting })
  const restSeconds = (performance.now() - restStartedAt) / 1_000
  const liveAfter = await liveMb(processes)
  const { tookMs, missing } = await standIns('timed')
  const law = await standIns('checkLaw', databaseUrl)
  const { hung, ...klaviyo } = await standIns('klaviyo')
  for (const one of processes) one.countFailures()
  return {
    seconds,
    shops: shops.length,
    customers: law.customers,
    webhooks: { ...webhooks, perSecond: (during.acknowledged - before.acknowledged) / seconds },
    delays: {
      count: tookMs.length,
      p50: quantile(tookMs, 0.5),
      p95: quantile(tookMs, 0.95),
      longest: Math.max(...tookMs),
      overHalfMinute: tookMs.filter((ms) => ms > 30_000).length,
      missing,
    },
    law,
    restSeconds,
    left,
    processes: processes.map((one) => {
      const [mbBefore, mbAfter] = [liveBefore.get(one), liveAfter.get(one)]
      const growth = growthMbPerMinute(samples.get(one)!.live)
      const live = mbBefore && mbAfter ? { mbBefore, mbAfter, growthMbPerMinute: growth } : null
      return processResult(one, { peakMb: peakMb(samples.get(one)!.resident), live })
    }),
    accidents: { ...happened, hung },
    klaviyo,
    machine,
  }
}

interface Samples {
  readonly resident: MemorySample[]
  /** Without garbage. */
  readonly live: MemorySample[]
}

type Sampled = ReadonlyMap<KeptProcess, Samples>

function takeSamples(samples: Sampled, cpu: CpuWatch): void {
  for (const [one, { resident }] of samples) {
    one.countFailures()
    if (one.pid === null) continue
    try {
      cpu.sample(one.pid)
      resident.push({ atMs: performance.now(), bytes: processFigures(one.pid).rssBytes })
    } catch {
      // It has ended since.
    }
  }
}

async function takeLiveSamples(samples: Sampled): Promise<void> {
  for (const [one, { live }] of samples) {
    const bytes = one.inspector && (await liveBytes(one.inspector))
    if (bytes) live.push({ atMs: performance.now(), bytes })
  }
}

/** Of the processes with an inspector. */
async function liveMb(processes: readonly KeptProcess[]): Promise<Map<KeptProcess, number>> {
  const found = new Map<KeptProcess, number>()
  for (const one of processes) {
    const bytes = one.inspector && (await liveBytes(one.inspector))
    if (bytes) found.set(one, bytes / 1e6)
  }
  return found
}

function processResult(one: KeptProcess, memory: Pick<ProcessResult, 'peakMb' | 'live'>): ProcessResult {
  const { name, kills, crashes, complaints, failures } = one
  return { name, ...memory, kills, crashes, complaints, failures: Object.fromEntries(failures) }
}
