import type { SoakOptions } from '../options.ts'
import type { CpuUse } from '../processes/cpu-use.ts'
import type { OpenWork } from '../rest.ts'
import type { TrafficFigures } from '../stand-ins/shop-traffic.ts'

/** What a soak found. */
export interface SoakFigures {
  readonly seconds: number
  readonly shops: number
  readonly customers: number
  readonly webhooks: TrafficFigures & { readonly perSecond: number }
  /** Changes of small shops, from Shopify to Klaviyo, in milliseconds. `missing` ones never arrived. */
  readonly delays: {
    readonly count: number
    readonly p50: number
    readonly p95: number
    readonly longest: number
    /** How many took longer than half a minute: those that a killed process had in hand. */
    readonly overHalfMinute: number
    readonly missing: number
  }
  readonly law: {
    readonly customers: number
    readonly synced: number
    readonly differing: number
    readonly differences: readonly string[]
  }
  readonly restSeconds: number
  readonly left: OpenWork
  readonly processes: readonly ProcessResult[]
  readonly accidents: { readonly kills: number; readonly freezes: number; readonly hung: number }
  readonly klaviyo: { readonly calls: number; readonly overLimit: number }
  readonly machine: {
    readonly cores: number
    readonly loadBefore: number
    /** The whole machine, from 0 to 1. */
    readonly busy: number
    readonly used: CpuUse
  }
}

/** What a process holds when all garbage has been collected. */
export interface LiveMemory {
  /** At rest, before and after: without the customers that are being worked on. */
  readonly mbBefore: number
  readonly mbAfter: number
  /** In between, with them; null when there are too few samples. */
  readonly growthMbPerMinute: number | null
}

export interface ProcessResult {
  readonly name: string
  /** Resident memory. */
  readonly peakMb: number
  /** Of a process that is not killed, else null. */
  readonly live: LiveMemory | null
  readonly kills: number
  readonly crashes: number
  readonly complaints: readonly string[]
  readonly failures: Readonly<Record<string, number>>
}

/** One thing that a soak must show. */
export interface Finding {
  readonly what: string
  readonly must: string
  readonly is: string
  readonly kept: boolean
  /** Whether the machine may be to blame, so that it fails the soak only with `--strict`. */
  readonly isOfTime: boolean
}

const P95_MS = 3_000
const RATE_SHARE = 0.95
const PEAK_MB = { web: 400, worker: 450 } as const
/** Code that was compiled and statements that were prepared; what is kept of each webhook or customer would soon be more. */
const GROWN_MB = 25

/** Holds what was found to what must be. */
export function findings(figures: SoakFigures, { webhooksPerSecond }: SoakOptions): Finding[] {
  const { law, webhooks, delays, left, processes } = figures
  const never = (what: string, count: number) => finding(what, 'none', String(count), count === 0)
  const crashes = processes.reduce((sum, one) => sum + one.crashes, 0)
  return [
    never('differences from the one law', law.differing),
    never(
      'work left at the end',
      Object.values(left).reduce((sum, count) => sum + count, 0),
    ),
    never('webhooks that Shopify gave up', webhooks.givenUp),
    never('timed changes that Klaviyo does not hold', delays.missing),
    never('processes that ended by themselves', crashes),
    ...processes.map((one) => {
      const most = PEAK_MB[one.name.startsWith('web') ? 'web' : 'worker']
      return finding(`peak memory of ${one.name}`, `< ${most} MB`, `${Math.round(one.peakMb)} MB`, one.peakMb < most)
    }),
    ...processes.flatMap(({ name, live }) => {
      if (!live) return []
      const grown = live.mbAfter - live.mbBefore
      return finding(`growth of ${name}, at rest`, `< ${GROWN_MB} MB`, `${grown.toFixed(1)} MB`, grown < GROWN_MB)
    }),
    ofTime(
      finding(
        'small shops, p95 from Shopify to Klaviyo',
        `< ${P95_MS / 1000} s`,
        `${(delays.p95 / 1000).toFixed(2)} s`,
        delays.p95 < P95_MS,
      ),
    ),
    ofTime(
      finding(
        'webhooks a second',
        `>= ${webhooksPerSecond * RATE_SHARE}`,
        webhooks.perSecond.toFixed(0),
        webhooks.perSecond >= webhooksPerSecond * RATE_SHARE,
      ),
    ),
  ]
}

/** Whether the soak is passed. */
export function isPassed(found: readonly Finding[], { strict }: Pick<SoakOptions, 'strict'>): boolean {
  return found.every(({ kept, isOfTime }) => kept || (isOfTime && !strict))
}

function finding(what: string, must: string, is: string, kept: boolean): Finding {
  return { what, must, is, kept, isOfTime: false }
}

function ofTime(one: Finding): Finding {
  return { ...one, isOfTime: true }
}
