import pg from 'pg'
import { postgresCpuMs } from '#test/bench/process/postgres-cpu.ts'
import { processFigures } from '#test/bench/process/process-figures.ts'
import type { Surroundings } from './surroundings.ts'

/** Who used how many cores, on average. */
export interface CpuUse {
  /** Web processes and workers. */
  readonly ours: number
  readonly database: number
  /** Shopify and Klaviyo. */
  readonly standIns: number
  /** The soak itself, with its proxy and its balancer. */
  readonly soak: number
}

/** Watches CPU time from now on. `sample` has to be called every few seconds: of a process that ends, only what was sampled counts. */
export class CpuWatch {
  readonly #surroundings: Surroundings
  readonly #before: { database: number; standIns: number; soak: number }
  readonly #startedAt = performance.now()
  /** By process id: at the first sample, and at the last. */
  readonly #ours = new Map<number, { readonly first: number; last: number }>()

  static async start(surroundings: Surroundings): Promise<CpuWatch> {
    return new CpuWatch(surroundings, await othersCpuMs(surroundings))
  }

  private constructor(surroundings: Surroundings, before: { database: number; standIns: number; soak: number }) {
    this.#surroundings = surroundings
    this.#before = before
    for (const { pid } of surroundings.processes) if (pid !== null) this.#ours.set(pid, startingAt(pid))
  }

  /** A process that was not there when this began counts from its own beginning. */
  sample(pid: number): void {
    const { cpuMs } = processFigures(pid)
    const known = this.#ours.get(pid)
    if (known) known.last = cpuMs
    else this.#ours.set(pid, { first: 0, last: cpuMs })
  }

  async end(): Promise<CpuUse> {
    const now = await othersCpuMs(this.#surroundings)
    const ms = performance.now() - this.#startedAt
    const ours = [...this.#ours.values()].reduce((sum, { first, last }) => sum + last - first, 0)
    return {
      ours: ours / ms,
      database: (now.database - this.#before.database) / ms,
      standIns: (now.standIns - this.#before.standIns) / ms,
      soak: (now.soak - this.#before.soak) / ms,
    }
  }
}

async function othersCpuMs({ databaseUrl, standInPid }: Surroundings) {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  const { rows } = await db.query<{ pid: number }>('select pg_backend_pid() as pid')
  const database = postgresCpuMs(rows[0]!.pid)
  await db.end()
  return { database, standIns: processFigures(standInPid).cpuMs, soak: processFigures(process.pid).cpuMs }
}

function startingAt(pid: number): { first: number; last: number } {
  const { cpuMs } = processFigures(pid)
  return { first: cpuMs, last: cpuMs }
}
